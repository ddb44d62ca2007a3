package stacks

// These are the parts of a pipeline that its settings decide on.

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/stacks/config"
	"batchjobwithlambda/stacks/hardened"
)

func (p *Pipeline) newJob(props PipelineProps) *Job {
	settings := props.Settings
	image := imageOf(settings)
	return NewJob(p.Construct, "Job", JobProps{
		Platform:     props.Platform,
		Network:      props.Network,
		ImageContext: props.Built.Images[image],
		Architecture: image.Architecture,
		Command:      settings.Command,
		Parameters:   settings.Parameters,
		Data:         p.Data,
		Buckets:      settings.Buckets(),
		Variables:    settings.Variables,
		Secrets:      settings.Secrets,
		OutputSuffix: settings.OutputSuffix,
		StoreAs:      settings.StoreAs.Contract(),
		VCPU:         settings.Job.VCPU,
		MemoryMiB:    settings.Job.MemoryMiB,
		Large:        contract.LargeJob(settings.Job.Large),
		GPUs:         settings.Job.GPUs,
		Commands:     settings.Job.Commands,
		ScratchGiB:   settings.Job.ScratchGiB,
		Attempts:     settings.Job.Attempts,
		AttemptLimit: settings.Job.AttemptLimit,
		ObjectLimit:  settings.Job.ObjectLimit,
		Batch:        settings.Job.Batch.Contract(),
		Logs:         props.Logs,
	})
}

func (p *Pipeline) newWorkflow(
	props PipelineProps,
	queue awsbatch.IJobQueue,
	job *Job,
	preprocess, collect awslambda.IFunction,
) *Workflow {
	return NewWorkflow(p.Construct, "Workflow", WorkflowProps{
		Pipeline:    tag(p.Construct, props.Settings.Name),
		Label:       label(props.Environment.Name, props.Settings.Name),
		Tags:        props.Environment.Tags,
		Preprocess:  preprocess,
		Collect:     collect,
		Queue:       queue,
		Definition:  job.Definition,
		Large:       job.Large,
		Job:         contractJob(props.Settings),
		Topic:       props.Topic,
		Chat:        props.Chat,
		Console:     props.Console,
		Operate:     "-env " + props.Environment.Name + " -pipeline " + props.Settings.Name,
		InvokeLimit: props.Settings.InvokeLimit(),
		NotifyLimit: config.NotifyLimit,
		SubmitLimit: props.Settings.SubmitLimit(),
		EndingLimit: config.EndingLimit,
		RunLimit:    props.Settings.RunLimit,
		Logs:        props.Logs,
	})
}

func (p *Pipeline) newStorage(props PipelineProps) *Storage {
	return NewStorage(p.Construct, "Storage", StorageProps{
		RunsPrefix: contract.RunsPrefix,
		RunDays:    props.Environment.Retention.RunDays,
		Bucket:     p.bucket(props),
	})
}

// bucket is what the pipeline's own buckets have in common.
func (p *Pipeline) bucket(props PipelineProps) hardened.BucketProps {
	return hardened.BucketProps{
		Key:       props.Key,
		Versioned: props.Environment.Retention.Versioned,
		Removal:   removal(props.Environment.Retention),
	}
}

// addBudget adds a budget, if the settings have one.
func (p *Pipeline) addBudget(props PipelineProps) {
	if props.Settings.MonthlyDollars == 0 {
		return
	}
	NewBudget(p.Construct, "Budget", BudgetProps{
		Of:       p.Construct,
		Pipeline: tag(p.Construct, props.Settings.Name),
		Dollars:  props.Settings.MonthlyDollars,
		Topic:    props.Topic,
	})
}

// tag is the value of the tag by which a pipeline knows what is its own.
func tag(scope constructs.Construct, pipeline string) string {
	return *awscdk.Stack_Of(scope).StackName() + "/" + pipeline
}

// contractJob is what a run's report says of its job.
func contractJob(settings config.Pipeline) contract.Job {
	return contract.Job{
		Command:                    settings.Command,
		Parameters:                 settings.Parameters,
		ToleratedFailurePercentage: settings.ToleratedFailurePercentage,
		MemoryMiB:                  settings.Job.MemoryMiB,
		OutOfMemory:                contract.LargeJob(settings.Job.Large),
	}
}

// label is how a message says which pipeline it is about.
func label(environment, pipeline string) string { return "[" + environment + "/" + pipeline + "]" }
