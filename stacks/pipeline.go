package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/programs"
)

// NewPipeline returns the stack of one environment, which deploys the programs given.
func NewPipeline(scope constructs.Construct, id string, config Config, built *programs.Programs) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, &awscdk.StackProps{
		Description: jsii.String(
			"Run one command over every object in S3: Step Functions, Lambda, AWS Batch and SNS",
		),
		TerminationProtection: &config.Retention.KeepData,
	})
	keep, security, removal := config.Retention, config.Security, config.Retention.removal()
	var key awskms.IKey
	if security.CustomerKey {
		key = NewDataKey(stack, "Key", DataKeyProps{Inventories: config.Inventory.frequency() != "", Removal: removal})
	}
	functionLimit := config.Inventory.functionLimit()
	logs := LogProps{Days: keep.LogDays, Removal: removal, Key: key}
	storage := NewStorage(stack, "Storage", StorageProps{
		RunsPrefix:         contract.RunsPrefix,
		RunDays:            keep.RunDays,
		Versioned:          keep.Versioned,
		Removal:            removal,
		Key:                key,
		AccessLogDays:      security.auditDays(keep.LogDays),
		InventoryFrequency: config.Inventory.frequency(),
		InputPrefix:        config.InputPrefix,
	})
	data := policies.Data{
		Bucket:      storage.Bucket,
		Key:         key,
		Input:       config.InputPrefix,
		Output:      config.OutputPrefix,
		Runs:        contract.RunsPrefix,
		Inventories: storage.Inventories,
	}
	network := NewPipelineNetwork(stack, "Network", PipelineNetworkProps{
		Isolated: config.Network == Isolated, Data: data, FlowLogs: security.AuditLogs, Logs: logs,
	})
	compute := NewCompute(
		stack,
		"Compute",
		ComputeProps{Network: network, MaxVCPUs: config.MaxVCPUs, QueueLimit: config.QueueLimit},
	)

	job := NewPipelineJob(stack, "Job", JobProps{
		ImageContext: built.Image, Command: config.Command, Data: data, OutputSuffix: config.OutputSuffix,
		Size: config.Job, AssignPublicIP: network.AssignPublicIP, Logs: logs,
	})
	preprocess := NewPipelineFunction(stack, "Preprocess", FunctionProps{
		Program:     "preprocess",
		Folder:      built.Preprocess,
		Description: "Plans a run: lists the objects and cuts them into shards",
		Settings: contract.PlanSettings{
			Bucket: *storage.Bucket.BucketName(), InputPrefix: config.InputPrefix, InventoryBucket: storage.inventoryBucket(),
			MaxShards: config.Shards.Max, ShardBytes: config.Shards.Bytes,
		}.Variables(),
		Policies:    map[string]awsiam.PolicyDocument{"PreprocessPolicy": policies.PreprocessPolicy(data)},
		Limit:       functionLimit,
		Network:     network.forFunctions(),
		Concurrency: security.FunctionConcurrency,
		ScratchGiB:  planningGiB,
		Logs:        logs,
	})
	collect := NewPipelineFunction(stack, "Collect", FunctionProps{
		Program: "collect", Folder: built.Collect, Description: "Adds up a run: writes the report and the notification",
		Settings: contract.CollectSettings{
			Bucket: *storage.Bucket.BucketName(), Environment: config.Environment,
			Command: config.Command, ToleratedFailurePercentage: config.ToleratedFailurePercentage,
		}.Variables(),
		Policies: map[string]awsiam.PolicyDocument{"CollectPolicy": policies.CollectPolicy(data)}, Limit: functionLimit,
		Network: network.forFunctions(), Concurrency: security.FunctionConcurrency, Logs: logs,
	})
	notifications := NewNotifications(
		stack,
		"Notifications",
		NotificationsProps{Email: config.NotificationEmail, Key: key},
	)
	workflow := NewWorkflow(stack, "Workflow", WorkflowProps{
		Pipeline: id, Preprocess: preprocess, Collect: collect, Queue: compute.Queue, Definition: job.Definition,
		Topic: notifications.Topic, TopicKey: key, RunLimit: config.RunLimit, FunctionLimit: functionLimit, Logs: logs,
	})
	watch := NewWatch(stack, "Watch", WatchProps{
		Environment:  config.Environment,
		StateMachine: workflow.StateMachine,
		Queue:        compute.Queue,
		Topic:        notifications.Topic,
		Key:          key,
	})
	if config.Alarms {
		alarms := NewAlarms(stack, "Alarms", AlarmsProps{
			StateMachine: workflow.StateMachine,
			Preprocess:   preprocess,
			Collect:      collect,
			Watch:        watch,
			Topic:        notifications.Topic,
		})
		NewDashboard(
			stack,
			"Dashboard",
			DashboardProps{
				StateMachine: workflow.StateMachine,
				Executions:   workflow.LogGroup,
				Jobs:         job.LogGroup,
				Alarms:       alarms,
			},
		)
	}
	addOutputs(stack, storage, workflow.StateMachine, config.InputPrefix)
	return stack
}
