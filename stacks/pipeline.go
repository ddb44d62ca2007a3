package stacks

import (
	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/programs"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// NewPipeline returns the stack of one environment, which deploys the programs given.
func NewPipeline(scope constructs.Construct, id string, config Config, built *programs.Programs) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, &awscdk.StackProps{
		Description: jsii.String("Run one command over every object in S3: Step Functions, Lambda, AWS Batch and SNS"),
	})
	removal := config.Retention.removal()
	logs := LogProps{Days: config.Retention.LogDays, Removal: removal}
	storage := NewStorage(stack, "Storage", StorageProps{
		RunsPrefix: contract.RunsPrefix, RunDays: config.Retention.RunDays, Versioned: config.Retention.Versioned, Removal: removal,
	})
	data := policies.Data{Bucket: storage.Bucket, Input: config.InputPrefix, Output: config.OutputPrefix, Runs: contract.RunsPrefix}
	network := NewPipelineNetwork(stack, "Network", PipelineNetworkProps{Isolated: config.Network == Isolated, Bucket: storage.Bucket})
	compute := NewCompute(stack, "Compute", ComputeProps{Network: network, MaxVCPUs: config.MaxVCPUs, QueueLimit: config.QueueLimit})

	job := NewPipelineJob(stack, "Job", JobProps{
		ImageContext: built.Image, Command: config.Command, Data: data, OutputSuffix: config.OutputSuffix,
		Size: config.Job, AssignPublicIP: network.AssignPublicIP, Logs: logs,
	})
	preprocess := NewPipelineFunction(stack, "Preprocess", FunctionProps{
		Program: "preprocess", Folder: built.Preprocess, Description: "Plans a run: lists the objects and cuts them into shards",
		Settings: contract.PlanSettings{
			Bucket: *storage.Bucket.BucketName(), InputPrefix: config.InputPrefix,
			MaxShards: config.Shards.Max, ShardBytes: config.Shards.Bytes,
		}.Variables(),
		Policies: map[string]awsiam.PolicyDocument{"PreprocessPolicy": policies.PreprocessPolicy(data)},
		Network:  network.forFunctions(), Logs: logs,
	})
	collect := NewPipelineFunction(stack, "Collect", FunctionProps{
		Program: "collect", Folder: built.Collect, Description: "Adds up a run: writes the report and the notification",
		Settings: contract.CollectSettings{
			Bucket: *storage.Bucket.BucketName(), Environment: config.Environment,
			Command: config.Command, ToleratedFailurePercentage: config.ToleratedFailurePercentage,
		}.Variables(),
		Policies: map[string]awsiam.PolicyDocument{"CollectPolicy": policies.CollectPolicy(data)},
		Network:  network.forFunctions(), Logs: logs,
	})
	notifications := NewNotifications(stack, "Notifications", NotificationsProps{Email: config.NotificationEmail})
	workflow := NewWorkflow(stack, "Workflow", WorkflowProps{
		Pipeline: id, Preprocess: preprocess, Collect: collect, Queue: compute.Queue, Definition: job.Definition,
		Topic: notifications.Topic, RunLimit: config.RunLimit, Logs: logs,
	})
	addOutputs(stack, storage.Bucket, workflow.StateMachine, config.InputPrefix)
	return stack
}

func (r Retention) removal() awscdk.RemovalPolicy {
	if r.KeepData {
		return awscdk.RemovalPolicy_RETAIN
	}
	return awscdk.RemovalPolicy_DESTROY
}
