package compute

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/stacks/hardened"
	"batchjobwithlambda/stacks/network"
)

// Fargate runs jobs on AWS Fargate.
type Fargate struct{ Capacity }

var _ Platform = Fargate{}

// Services are what starts a container: the image, and somewhere to send the log.
func (Fargate) Services() []network.Service { return containerServices() }

// NewEnvironments returns Spot capacity, and what there is behind it.
func (f Fargate) NewEnvironments(
	scope constructs.Construct,
	id string,
	in *network.Network,
) []awsbatch.IComputeEnvironment {
	both := constructs.NewConstruct(scope, &id)
	return f.environments(func(id string, vCPUs int, spot bool) awsbatch.IComputeEnvironment {
		return newFargate(both, id, in, vCPUs, spot)
	})
}

func newFargate(
	scope constructs.Construct,
	id string,
	in *network.Network,
	maxVCPUs int,
	spot bool,
) awsbatch.IComputeEnvironment {
	environment := awsbatch.NewFargateComputeEnvironment(scope, &id, &awsbatch.FargateComputeEnvironmentProps{
		Vpc:            in.VPC,
		VpcSubnets:     in.Subnets,
		SecurityGroups: &in.SecurityGroups,
		MaxvCpus:       jsii.Number(maxVCPUs),
		Spot:           &spot,
	})
	// With either of these, which the CDK writes unasked, AWS refuses every later change of
	// the environment (aws-cdk#27054).
	resource := environment.Node().DefaultChild().(awscdk.CfnResource)
	resource.AddPropertyDeletionOverride(jsii.String("UpdatePolicy"))
	resource.AddPropertyDeletionOverride(jsii.String("ReplaceComputeEnvironment"))
	return environment
}

// NewContainer returns a container that is not root, and writes to its volumes only.
func (Fargate) NewContainer(
	scope constructs.Construct,
	id string,
	props ContainerProps,
) awsbatch.IEcsContainerDefinition {
	var disk awscdk.Size
	if props.ScratchGiB > 0 {
		disk = awscdk.Size_Gibibytes(jsii.Number(props.ScratchGiB))
	}
	return awsbatch.NewEcsFargateContainerDefinition(scope, &id, &awsbatch.EcsFargateContainerDefinitionProps{
		Image:                  props.Image,
		Command:                jsii.Strings(props.Command...),
		Environment:            hardened.Variables(props.Environment),
		Cpu:                    &props.VCPU,
		Memory:                 awscdk.Size_Mebibytes(jsii.Number(props.MemoryMiB)),
		EphemeralStorageSize:   disk,
		FargateCpuArchitecture: cpu(props.Architecture),
		AssignPublicIp:         &props.Network.PublicAddresses,
		JobRole:                props.JobRole,
		ExecutionRole:          props.ExecutionRole,
		Logging:                logTo(props.LogGroup),
		// Without LinuxParameters.InitProcessEnabled the job's program is process 1 of its container,
		// which the kernel protects from whatever its commands kill. It reaps what they leave.
		User:                   &props.User,
		ReadonlyRootFilesystem: jsii.Bool(true),
		Volumes:                hostVolumes(props.Volumes),
	})
}

func cpu(architecture string) awsecs.CpuArchitecture {
	if architecture == "amd64" {
		return awsecs.CpuArchitecture_X86_64()
	}
	return awsecs.CpuArchitecture_ARM64()
}
