package compute

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"batchjobwithlambda/stacks/network"
)

// Platform is a way to run jobs.
type Platform interface {
	// Services are what a network without a route out must have endpoints for, besides S3.
	Services() []network.Service
	// NewEnvironments returns the compute environments, in the order in which a queue is
	// to use them. All queues of a stack share them.
	NewEnvironments(scope constructs.Construct, id string, in *network.Network) []awsbatch.IComputeEnvironment
	// NewContainer returns the definition of a job's container.
	NewContainer(scope constructs.Construct, id string, props ContainerProps) awsbatch.IEcsContainerDefinition
	// ExitRules say after which ends of a job no other attempt follows, given the exit codes
	// by which the job's program says that none would do better: one to five.
	ExitRules(final ...int) []awsbatch.RetryStrategy
}

// ContainerProps are the props of a job's container.
type ContainerProps struct {
	Network *network.Network
	Image   awsecs.ContainerImage
	// Architecture is what the image is built for, by Go's name: "arm64" or "amd64".
	Architecture string
	Command      []string
	Environment  map[string]string
	VCPU         float64
	MemoryMiB    int
	// ScratchGiB is the size of the disk that the volumes are on; 0 for the platform's own.
	ScratchGiB int
	// JobRole is the program's, and ExecutionRole what starts the container with.
	JobRole       awsiam.IRole
	ExecutionRole awsiam.IRole
	LogGroup      awslogs.ILogGroup
	// User is the number of a user other than root, who may write to the volumes only.
	User    string
	Volumes []Volume
}

// Volume is a directory that is empty when an attempt of a job starts, and gone when it ends. Its
// owner and mode are those that the image gives the path.
type Volume struct {
	// Name is unique in its job.
	Name string
	Path string
}
