package stacks

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecrassets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/policies"
)

const (
	// scratchPath is where the job may write, and scratchUser who it is: batch/Dockerfile
	// gives the one to the other.
	scratchPath = "/scratch"
	scratchUser = "65532"
)

// JobProps are the props of [NewPipelineJob].
type JobProps struct {
	// ImageContext is the folder that the job's image is built from.
	ImageContext string
	Command      []string
	Data         policies.Data
	// OutputSuffix ends the key of an output.
	OutputSuffix   string
	Size           Job
	AssignPublicIP bool
	Logs           LogProps
}

// PipelineJob is the definition of the job that works through a shard.
type PipelineJob struct {
	constructs.Construct
	Definition awsbatch.EcsJobDefinition
	LogGroup   awslogs.LogGroup
}

// NewPipelineJob returns the definition of a job on Fargate.
func NewPipelineJob(scope constructs.Construct, id string, props JobProps) *PipelineJob {
	j := &PipelineJob{Construct: constructs.NewConstruct(scope, &id)}
	j.LogGroup = NewLogGroup(j.Construct, "Logs", props.Logs)
	image := awsecrassets.NewDockerImageAsset(j.Construct, jsii.String("Image"), &awsecrassets.DockerImageAssetProps{
		Directory: &props.ImageContext,
		Platform:  props.Size.Architecture.platform(),
	})
	container := awsbatch.NewEcsFargateContainerDefinition(
		j.Construct,
		jsii.String("Container"),
		&awsbatch.EcsFargateContainerDefinitionProps{
			Image:                  awsecs.ContainerImage_FromDockerImageAsset(image),
			Command:                jsii.Strings(append([]string{"Ref::manifest", "Ref::results"}, props.Command...)...),
			Environment:            variables(props.settings()),
			Cpu:                    &props.Size.VCPU,
			Memory:                 awscdk.Size_Mebibytes(jsii.Number(props.Size.MemoryMiB)),
			FargateCpuArchitecture: props.Size.Architecture.cpu(),
			AssignPublicIp:         &props.AssignPublicIP,
			JobRole: NewRole(j.Construct, "Role", RoleProps{
				AssumedBy:   policies.TrustTasks(),
				Description: "What the job's program may",
				Policies:    map[string]awsiam.PolicyDocument{"JobPolicy": policies.JobPolicy(props.Data)},
			}),
			ExecutionRole: NewRole(j.Construct, "ExecutionRole", RoleProps{
				AssumedBy:   policies.TrustTaskExecution(),
				Description: "What starts the job's container",
				Policies: map[string]awsiam.PolicyDocument{
					"ExecutionPolicy": policies.ExecutionPolicy(image.Repository(), j.LogGroup),
				},
			}),
			Logging: awsecs.LogDriver_AwsLogs(&awsecs.AwsLogDriverProps{
				LogGroup:     j.LogGroup,
				StreamPrefix: jsii.String("job"),
			}),
			// The worker would be process 1, which has to reap whatever a command leaves behind.
			LinuxParameters: awsbatch.NewLinuxParameters(j.Construct, jsii.String("Init"), &awsbatch.LinuxParametersProps{
				InitProcessEnabled: jsii.Bool(true),
			}),
			User:                   jsii.String(scratchUser),
			ReadonlyRootFilesystem: jsii.Bool(true),
			Volumes: &[]awsbatch.EcsVolume{awsbatch.EcsVolume_Host(&awsbatch.HostVolumeOptions{
				Name:          jsii.String("scratch"),
				ContainerPath: jsii.String(scratchPath),
			})},
		},
	)
	j.Definition = awsbatch.NewEcsJobDefinition(j.Construct, jsii.String("Definition"), &awsbatch.EcsJobDefinitionProps{
		Container:       container,
		RetryAttempts:   jsii.Number(props.Size.Attempts),
		RetryStrategies: exitRules(),
		Timeout:         seconds(props.Size.AttemptLimit),
		PropagateTags:   jsii.Bool(true),
		// A run that goes on while a new version is deployed still needs this one.
		SkipDeregisterOnUpdate: jsii.Bool(true),
	})
	return j
}

func (props JobProps) settings() map[string]string {
	return contract.WorkSettings{
		InputPrefix:  props.Data.Input,
		OutputPrefix: props.Data.Output,
		OutputSuffix: props.OutputSuffix,
		Concurrency:  max(1, int(props.Size.VCPU)),
		Scratch:      scratchPath,
	}.Variables()
}

// exitRules retry what a retry cures, and nothing else. AWS Batch reads them in
// order, allows five, and retries what matches none of them: so the last one says
// EXIT to everything.
func exitRules() *[]awsbatch.RetryStrategy {
	retry, exit := awsbatch.Action_RETRY, awsbatch.Action_EXIT
	return &[]awsbatch.RetryStrategy{
		onExit(retry, contract.ExitTryAgain),
		onExit(retry, contract.ExitStopped),
		// When Spot takes a task back and SIGKILL comes before the worker has ended, no
		// exit code says so.
		awsbatch.RetryStrategy_Of(retry, awsbatch.Reason_Custom(&awsbatch.CustomReason{
			OnStatusReason: jsii.String("Your Spot Task was interrupted*"),
		})),
		awsbatch.RetryStrategy_Of(retry, awsbatch.Reason_CANNOT_PULL_CONTAINER()),
		awsbatch.RetryStrategy_Of(exit, awsbatch.Reason_Custom(&awsbatch.CustomReason{
			OnReason: jsii.String("*"),
		})),
	}
}

func onExit(action awsbatch.Action, code int) awsbatch.RetryStrategy {
	return awsbatch.RetryStrategy_Of(action, awsbatch.Reason_Custom(&awsbatch.CustomReason{
		OnExitCode: jsii.String(strconv.Itoa(code)),
	}))
}

// GoName is what Go calls the architecture.
func (a Architecture) GoName() string {
	if a == X8664 {
		return "amd64"
	}
	return "arm64"
}

func (a Architecture) platform() awsecrassets.Platform {
	if a == X8664 {
		return awsecrassets.Platform_LINUX_AMD64()
	}
	return awsecrassets.Platform_LINUX_ARM64()
}

func (a Architecture) cpu() awsecs.CpuArchitecture {
	if a == X8664 {
		return awsecs.CpuArchitecture_X86_64()
	}
	return awsecs.CpuArchitecture_ARM64()
}
