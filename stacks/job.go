package stacks

import (
	"maps"
	"slices"
	"time"

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
	"batchjobwithlambda/stacks/compute"
	"batchjobwithlambda/stacks/hardened"
	"batchjobwithlambda/stacks/network"
)

const (
	// scratchPath is where the job writes, and scratchUser who it is: batch/Dockerfile gives
	// the one to the other.
	scratchPath = "/scratch"
	scratchUser = "65532"
)

// volumes are where the job may write. Its program writes to scratchPath; /tmp is for commands
// that write there whatever TMPDIR says, as Java does. Two volumes, so that neither holds what
// was left in the other.
var volumes = []compute.Volume{
	{Name: "scratch", Path: scratchPath},
	{Name: "tmp", Path: "/tmp"},
}

// JobProps are the props of [NewJob].
type JobProps struct {
	Platform compute.Platform
	Network  *network.Network
	// ImageContext is the folder that the job's image is built from, and Architecture what
	// it is built for, by Go's name: "arm64" or "amd64".
	ImageContext string
	Architecture string
	Command      contract.Command
	// Parameters are the values of the command's parameters, if the job is submitted without any.
	Parameters contract.Parameters
	Data       policies.Data
	// Buckets has what is special about the buckets of Data.
	Buckets contract.Buckets
	// Variables are the command's environment variables, and Secrets the ARNs of the values of
	// others, by name.
	Variables map[string]string
	Secrets   map[string]string
	// OutputSuffix ends the key of an output.
	OutputSuffix string
	// StoreAs is how outputs are stored.
	StoreAs contract.StoreAs
	// VCPU and MemoryMiB are one of the platform's sizes.
	VCPU      float64
	MemoryMiB int
	// Large is the size of the larger job; zero for none.
	Large contract.LargeJob
	// GPUs is how many GPUs a job has, and Commands how many commands it runs at once.
	GPUs     int
	Commands int
	// ScratchGiB is the size of the job's disk; 0 for the platform's own.
	ScratchGiB int
	// Attempts is how often a job may start, and AttemptLimit how long one attempt may take.
	Attempts     int
	AttemptLimit time.Duration
	// ObjectLimit is how long the command may work on one object, or on a batch of them.
	ObjectLimit time.Duration
	// Batch is for a command that works on many objects at once.
	Batch contract.Batch
	Logs  hardened.LogGroupProps
}

// Job is the definition of the job that works through a shard.
type Job struct {
	constructs.Construct
	Definition awsbatch.EcsJobDefinition
	// Large is the definition of the larger job; nil if there is none.
	Large awsbatch.IJobDefinition
	// Role is that of the job's program.
	Role     awsiam.IRole
	LogGroup awslogs.LogGroup
}

// NewJob returns the definition of a job.
func NewJob(scope constructs.Construct, id string, props JobProps) *Job {
	j := &Job{Construct: constructs.NewConstruct(scope, &id)}
	j.LogGroup = hardened.NewLogGroup(j.Construct, "Logs", props.Logs)
	j.Role = hardened.NewRole(j.Construct, "Role", hardened.RoleProps{
		AssumedBy:   policies.TrustTasks(),
		Description: "Is the role of the job's program",
		Policies:    map[string]awsiam.PolicyDocument{"JobPolicy": policies.JobPolicy(props.Data)},
	})
	image := awsecrassets.NewDockerImageAsset(j.Construct, jsii.String("Image"), &awsecrassets.DockerImageAssetProps{
		Directory: &props.ImageContext,
		Platform:  awsecrassets.Platform_Custom(jsii.String("linux/" + props.Architecture)),
	})
	executionRole := hardened.NewRole(j.Construct, "ExecutionRole", hardened.RoleProps{
		AssumedBy:   policies.TrustTaskExecution(),
		Description: "Starts the job's container",
		Policies: map[string]awsiam.PolicyDocument{
			"ExecutionPolicy": policies.ExecutionPolicy(
				image.Repository(),
				j.LogGroup,
				slices.Sorted(maps.Values(props.Secrets)),
			),
		},
	})
	j.Definition = j.define("", props, image, executionRole)
	if props.Large.MemoryMiB > 0 {
		j.Large = j.define(largeID, props.large(), image, executionRole)
	}
	return j
}

// define returns a definition of the job, with the prefix before the ids of its constructs.
func (j *Job) define(
	prefix string,
	props JobProps,
	image awsecrassets.DockerImageAsset,
	executionRole awsiam.IRole,
) awsbatch.EcsJobDefinition {
	container := props.Platform.NewContainer(j.Construct, prefix+"Container", compute.ContainerProps{
		Network:       props.Network,
		Image:         awsecs.ContainerImage_FromDockerImageAsset(image),
		Architecture:  props.Architecture,
		Command:       append([]string{"Ref::manifest", "Ref::results", "Ref::parameters"}, props.Command...),
		Environment:   props.settings(),
		VCPU:          props.VCPU,
		MemoryMiB:     props.MemoryMiB,
		GPUs:          props.GPUs,
		ScratchGiB:    props.ScratchGiB,
		JobRole:       j.Role,
		ExecutionRole: executionRole,
		LogGroup:      j.LogGroup,
		User:          scratchUser,
		Volumes:       volumes,
	})
	rules := compute.ExitRules(contract.ExitBroken)
	id := prefix + "Definition"
	definition := awsbatch.NewEcsJobDefinition(j.Construct, &id, &awsbatch.EcsJobDefinitionProps{
		Container:       container,
		Parameters:      &map[string]any{"parameters": props.Parameters.String()},
		RetryAttempts:   jsii.Number(props.Attempts),
		RetryStrategies: &rules,
		Timeout:         hardened.Seconds(props.AttemptLimit),
		PropagateTags:   jsii.Bool(true),
		// A run that goes on while a new version is deployed still needs this one.
		SkipDeregisterOnUpdate: jsii.Bool(true),
	})
	leaveOutHosts(definition)
	addSecrets(definition, props.Secrets)
	return definition
}

// leaveOutHosts leaves of each volume its name. The CDK writes an empty host, which Fargate
// "shouldn't be provided" ("Host", AWS Batch API Reference), and which means nothing elsewhere.
func leaveOutHosts(definition awsbatch.EcsJobDefinition) {
	resource := definition.Node().DefaultChild().(awscdk.CfnResource)
	for i := range volumes {
		resource.AddPropertyDeletionOverride(jsii.Sprintf("ContainerProperties.Volumes.%d.Host", i))
	}
}

func (props JobProps) settings() map[string]string {
	settings := contract.WorkSettings{
		Input:        location(props.Data.Input),
		Output:       location(props.Data.Output),
		OutputSuffix: props.OutputSuffix,
		Buckets:      props.Buckets,
		Concurrency:  props.Commands,
		ObjectLimit:  props.ObjectLimit,
		MemoryMiB:    props.MemoryMiB,
		Scratch:      scratchPath,
		StoreAs:      props.StoreAs,
		Batch:        props.Batch,
		Files:        filesLocation(props.Data),
	}.Variables()
	proxy := props.Network.Variables()
	maps.Copy(settings, proxy)
	for _, variables := range []map[string]string{proxy, props.Variables} {
		for name, value := range variables {
			settings[contract.VariablePrefix+name] = value
		}
	}
	return settings
}
