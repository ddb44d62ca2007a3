package compute

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/hardened"
	"batchjobwithlambda/stacks/network"
)

// Fargate runs jobs on AWS Fargate: on Spot first, and on plain Fargate behind it.
type Fargate struct {
	// MaxVCPUs is how many vCPUs may run at once, on Spot and on plain Fargate each.
	MaxVCPUs int
}

var _ Platform = Fargate{}

// Services are what starts a container: the image, and somewhere to send the log ("Amazon
// ECR interface VPC endpoints", Amazon ECR User Guide).
func (Fargate) Services() []network.Service {
	return []network.Service{
		{
			ID:       "EcrApi",
			Endpoint: awsec2.InterfaceVpcEndpointAwsService_ECR(),
			Policy:   policies.ImagesEndpointPolicy(),
		},
		{
			ID:       "EcrDocker",
			Endpoint: awsec2.InterfaceVpcEndpointAwsService_ECR_DOCKER(),
			Policy:   policies.ImagesEndpointPolicy(),
		},
		{
			ID:       "Logs",
			Endpoint: awsec2.InterfaceVpcEndpointAwsService_CLOUDWATCH_LOGS(),
			Policy:   policies.LogsEndpointPolicy(),
		},
	}
}

// NewEnvironments returns Spot capacity, and plain capacity behind it.
func (f Fargate) NewEnvironments(
	scope constructs.Construct,
	id string,
	in *network.Network,
) []awsbatch.IComputeEnvironment {
	both := constructs.NewConstruct(scope, &id)
	return []awsbatch.IComputeEnvironment{
		f.newEnvironment(both, "Spot", in, true),
		f.newEnvironment(both, "OnDemand", in, false),
	}
}

func (f Fargate) newEnvironment(
	scope constructs.Construct,
	id string,
	in *network.Network,
	spot bool,
) awsbatch.IComputeEnvironment {
	environment := awsbatch.NewFargateComputeEnvironment(scope, &id, &awsbatch.FargateComputeEnvironmentProps{
		Vpc:            in.VPC,
		VpcSubnets:     in.Subnets,
		SecurityGroups: &[]awsec2.ISecurityGroup{in.SecurityGroup},
		MaxvCpus:       jsii.Number(f.MaxVCPUs),
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
	return awsbatch.NewEcsFargateContainerDefinition(scope, &id, &awsbatch.EcsFargateContainerDefinitionProps{
		Image:                  props.Image,
		Command:                jsii.Strings(props.Command...),
		Environment:            hardened.Variables(props.Environment),
		Cpu:                    &props.VCPU,
		Memory:                 awscdk.Size_Mebibytes(jsii.Number(props.MemoryMiB)),
		FargateCpuArchitecture: cpu(props.Architecture),
		AssignPublicIp:         &props.Network.PublicAddresses,
		JobRole:                props.JobRole,
		ExecutionRole:          props.ExecutionRole,
		Logging: awsecs.LogDriver_AwsLogs(&awsecs.AwsLogDriverProps{
			LogGroup:     props.LogGroup,
			StreamPrefix: jsii.String("job"),
		}),
		// The job's program would be process 1, which has to reap whatever a command leaves behind.
		LinuxParameters: awsbatch.NewLinuxParameters(scope, jsii.String("Init"), &awsbatch.LinuxParametersProps{
			InitProcessEnabled: jsii.Bool(true),
		}),
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

// ExitRules end a job that ended itself, unless it asked for another attempt, and retry what
// was taken away or never started. AWS Batch reads them in order, allows five, and retries
// what matches none ("Automated job retries", AWS Batch User Guide).
//
// A task that never started (no address, no image, no credentials for either) has no exit
// code. Some such tasks are met in every large run, for reasons that pass, and their texts
// are too many to list: the commonest has a rule, and the others match none.
func (Fargate) ExitRules(retryable ...int) []awsbatch.RetryStrategy {
	var rules []awsbatch.RetryStrategy
	for _, code := range retryable {
		rules = append(rules, on(awsbatch.Action_RETRY, awsbatch.CustomReason{
			OnExitCode: jsii.String(strconv.Itoa(code)),
		}))
	}
	return append(rules,
		// A signal ended it: SIGKILL (137), for want of memory or of a Spot task that was slow to
		// end, or a fault of the program's own (134, 139). The next attempt finds out of which
		// object it died.
		on(awsbatch.Action_RETRY, awsbatch.CustomReason{OnExitCode: jsii.String("13*")}),
		on(awsbatch.Action_RETRY, awsbatch.CustomReason{OnStatusReason: jsii.String("Task failed to start*")}),
		on(awsbatch.Action_EXIT, awsbatch.CustomReason{OnExitCode: jsii.String("*")}),
	)
}

func on(action awsbatch.Action, reason awsbatch.CustomReason) awsbatch.RetryStrategy {
	return awsbatch.RetryStrategy_Of(action, awsbatch.Reason_Custom(&reason))
}
