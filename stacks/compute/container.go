package compute

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/network"
)

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
	// GPUs is how many GPUs the container has, where the platform has any.
	GPUs int
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

// containerServices are what starts a container: the image, and somewhere to send the log ("Amazon
// ECR interface VPC endpoints", Amazon ECR User Guide).
func containerServices() []network.Service {
	return []network.Service{
		{
			ID:          "EcrApi",
			Name:        "ecr.api",
			ByPartition: true,
			Policy:      policies.ImagesEndpointPolicy(),
		},
		{
			ID:          "EcrDocker",
			Name:        "ecr.dkr",
			ByPartition: true,
			Policy:      policies.ImagesEndpointPolicy(),
		},
		{
			ID:     "Logs",
			Name:   "logs",
			Policy: policies.LogsEndpointPolicy(),
		},
	}
}

func logTo(group awslogs.ILogGroup) awsecs.LogDriver {
	return awsecs.LogDriver_AwsLogs(&awsecs.AwsLogDriverProps{
		LogGroup:     group,
		StreamPrefix: jsii.String("job"),
	})
}

func hostVolumes(volumes []Volume) *[]awsbatch.EcsVolume {
	var all []awsbatch.EcsVolume
	for _, volume := range volumes {
		all = append(all, awsbatch.EcsVolume_Host(&awsbatch.HostVolumeOptions{
			Name:          &volume.Name,
			ContainerPath: &volume.Path,
		}))
	}
	return &all
}
