package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/compute"
	"batchjobwithlambda/stacks/hardened"
	"batchjobwithlambda/stacks/network"
	"batchjobwithlambda/stacks/programs"
)

// defaultPipeline is the name of the only pipeline in an environment.
const defaultPipeline = "main"

// NewPipeline returns the stack of one environment, which deploys the programs given.
func NewPipeline(scope constructs.Construct, id string, config Config, built *programs.Programs) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, &awscdk.StackProps{
		Description: jsii.String(
			"Run one command over every object in S3: Step Functions, Lambda, AWS Batch and SNS",
		),
		TerminationProtection: &config.Retention.KeepData,
	})
	keep, security, removal := config.Retention, config.Security, config.Retention.removal()
	inventories := config.Inventory.frequency() != ""
	var key awskms.IKey
	if security.CustomerKey {
		key = hardened.NewKey(stack, "Key", hardened.KeyProps{
			Description: "Encrypts what the pipeline stores, logs and publishes",
			Policy:      policies.KeyPolicy(inventories),
			Removal:     removal,
		})
	}
	functionLimit := config.Inventory.functionLimit()
	logs := hardened.LogGroupProps{
		Days:    keep.LogDays,
		Removal: removal,
		Key:     key,
	}
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
	bucket := *storage.Bucket.BucketName()
	layout := contract.Layout{
		Input:  contract.Location{Bucket: bucket, Prefix: config.InputPrefix},
		Output: contract.Location{Bucket: bucket, Prefix: config.OutputPrefix},
		Runs:   contract.Location{Bucket: bucket, Prefix: contract.RunsPrefix},
	}
	data := policies.Data{
		Bucket:      storage.Bucket,
		Key:         key,
		Input:       config.InputPrefix,
		Output:      config.OutputPrefix,
		Runs:        contract.RunsPrefix,
		Inventories: storage.Inventories,
	}
	platform := compute.Fargate{MaxVCPUs: config.MaxVCPUs}
	jobs := newNetwork(stack, "Network", config, platform, logs)
	jobs.AllowS3(policies.BucketEndpointPolicy(data)...)
	queue := NewQueue(stack, "Queue", QueueProps{
		Environments: platform.NewEnvironments(stack, "Compute", jobs),
		Priority:     1,
		Limit:        config.QueueLimit,
	})
	job := NewJob(stack, "Job", JobProps{
		Platform:     platform,
		Network:      jobs,
		ImageContext: built.Image,
		Architecture: config.Job.Architecture.GoName(),
		Command:      config.Command,
		Data:         data,
		Layout:       layout,
		OutputSuffix: config.OutputSuffix,
		VCPU:         config.Job.VCPU,
		MemoryMiB:    config.Job.MemoryMiB,
		Attempts:     config.Job.Attempts,
		AttemptLimit: config.Job.AttemptLimit,
		Logs:         logs,
	})
	preprocess, collect := NewFunctions(stack, FunctionsProps{
		Built: built,
		Data:  data,
		Plan: contract.PlanSettings{
			Input:           layout.Input,
			Runs:            layout.Runs,
			InventoryBucket: storage.inventoryBucket(),
			MaxShards:       config.Shards.Max,
			ShardBytes:      config.Shards.Bytes,
		},
		Collect: contract.CollectSettings{
			Runs:                       layout.Runs,
			Environment:                config.Environment,
			Pipeline:                   defaultPipeline,
			Command:                    config.Command,
			ToleratedFailurePercentage: config.ToleratedFailurePercentage,
		},
		Limit:       functionLimit,
		Concurrency: security.FunctionConcurrency,
		Network:     jobs.ForFunctions(),
		Logs:        logs,
	})
	notifications := NewNotifications(
		stack,
		"Notifications",
		NotificationsProps{Email: config.NotificationEmail, Key: key},
	)
	workflow := NewWorkflow(stack, "Workflow", WorkflowProps{
		Pipeline:      id,
		Preprocess:    preprocess,
		Collect:       collect,
		Queue:         queue,
		Definition:    job.Definition,
		Topic:         notifications.Topic,
		TopicKey:      key,
		RunLimit:      config.RunLimit,
		FunctionLimit: functionLimit,
		Logs:          logs,
	})
	watch := NewWatch(stack, "Watch", WatchProps{
		Environment:  config.Environment,
		StateMachine: workflow.StateMachine,
		Queue:        queue,
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

func newNetwork(
	scope constructs.Construct,
	id string,
	config Config,
	platform compute.Platform,
	logs hardened.LogGroupProps,
) *network.Network {
	var flowLog *hardened.LogGroupProps
	if config.Security.AuditLogs {
		flowLog = &logs
	}
	if config.Network == Isolated {
		return network.NewIsolated(scope, id, network.IsolatedProps{
			Services: platform.Services(),
			FlowLog:  flowLog,
		})
	}
	return network.NewPublic(scope, id, network.PublicProps{FlowLog: flowLog})
}
