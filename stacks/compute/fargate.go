package compute

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/hardened"
	"batchjobwithlambda/stacks/network"
)

// Fargate runs jobs on AWS Fargate: on Spot first, and on demand behind it if that is wanted.
type Fargate struct {
	// SpotVCPUs is how many vCPUs may run at once on Spot, and OnDemandVCPUs how many beside them
	// when those are all in use; 0 for none on demand.
	SpotVCPUs     int
	OnDemandVCPUs int
}

var _ Platform = Fargate{}

// Services are what starts a container: the image, and somewhere to send the log ("Amazon
// ECR interface VPC endpoints", Amazon ECR User Guide).
func (Fargate) Services() []network.Service {
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

// NewEnvironments returns Spot capacity, and what there is behind it. No page says that an
// environment may have no vCPUs, so without any on demand there is no such environment.
func (f Fargate) NewEnvironments(
	scope constructs.Construct,
	id string,
	in *network.Network,
) []awsbatch.IComputeEnvironment {
	both := constructs.NewConstruct(scope, &id)
	environments := []awsbatch.IComputeEnvironment{newFargate(both, "Spot", in, f.SpotVCPUs, true)}
	if f.OnDemandVCPUs > 0 {
		environments = append(environments, newFargate(both, "OnDemand", in, f.OnDemandVCPUs, false))
	}
	return environments
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
		Logging: awsecs.LogDriver_AwsLogs(&awsecs.AwsLogDriverProps{
			LogGroup:     props.LogGroup,
			StreamPrefix: jsii.String("job"),
		}),
		// Without LinuxParameters.InitProcessEnabled the job's program is process 1 of its container,
		// which the kernel protects from whatever its commands kill. It reaps what they leave.
		User:                   &props.User,
		ReadonlyRootFilesystem: jsii.Bool(true),
		Volumes:                hostVolumes(props.Volumes),
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

func cpu(architecture string) awsecs.CpuArchitecture {
	if architecture == "amd64" {
		return awsecs.CpuArchitecture_X86_64()
	}
	return awsecs.CpuArchitecture_ARM64()
}

// ExitRules end a job by the exit codes that say so. AWS Batch retries what matches no rule
// ("Automated job retries", AWS Batch User Guide), and here that is everything else: what Spot
// took back, what was killed by a signal, and the task that never started. Such a task
// has no exit code, and its reasons are too many to list: no network interface in time, a
// throttled pull, no capacity. No wildcard is used, because no page says whether one matches
// an exit code that is not there.
func (Fargate) ExitRules(final ...int) []awsbatch.RetryStrategy {
	var rules []awsbatch.RetryStrategy
	for _, code := range final {
		rules = append(rules, awsbatch.RetryStrategy_Of(
			awsbatch.Action_EXIT,
			awsbatch.Reason_Custom(&awsbatch.CustomReason{OnExitCode: jsii.String(strconv.Itoa(code))}),
		))
	}
	return rules
}
