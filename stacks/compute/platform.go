package compute

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
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
}
