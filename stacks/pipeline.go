package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	sfn "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/compute"
	"batchjobwithlambda/stacks/config"
	"batchjobwithlambda/stacks/hardened"
	"batchjobwithlambda/stacks/network"
	"batchjobwithlambda/stacks/programs"
)

// PipelineProps are the props of [NewPipeline].
type PipelineProps struct {
	Environment config.Environment
	Settings    config.Pipeline
	Built       *programs.Programs
	// What follows is shared with the other pipelines of the environment.
	Platform     compute.Platform
	Environments []awsbatch.IComputeEnvironment
	Network      *network.Network
	Topic        awssns.Topic
	Chat         awssns.Topic // Nil for none.
	// Key encrypts what is stored, logged and published; nil for AWS's own keys.
	Key     awskms.IKey
	Logs    hardened.LogGroupProps
	Console *Console
}

// Pipeline runs one command over every object of its input. Nothing of it is shared, and
// nothing of another pipeline can be reached from it.
type Pipeline struct {
	constructs.Construct
	Data      policies.Data
	Watch     *Watch
	Dashboard DashboardSection

	alarms []interfacesawscloudwatch.IAlarmRef
}

// NewPipeline returns a pipeline, whose name is its id.
func NewPipeline(scope constructs.Construct, id string, props PipelineProps) *Pipeline {
	p := &Pipeline{Construct: constructs.NewConstruct(scope, &id)}
	storage := p.newStorage(props)
	inventories := p.newInventories(props, storage)
	p.logAccess(props, storage, inventories)
	p.Data = p.locations(props, storage, inventories)
	told := p.addArrivals(props, storage)
	job := p.newJob(props)
	queue := NewQueue(p.Construct, "Queue", QueueProps{
		Environments: props.Environments,
		Priority:     props.Settings.Priority,
		Limit:        props.Settings.QueueLimit,
	})
	preprocess, collect := p.newFunctions(props)
	workflow := p.newWorkflow(props, queue, job, preprocess, collect)
	p.Watch = NewWatch(p.Construct, "Watch", WatchProps{
		Label:        label(props.Environment.Name, id),
		StateMachine: workflow.StateMachine,
		Queue:        queue,
		Topic:        props.Topic,
		Chat:         props.Chat,
		Undelivered:  hardened.QueueProps{Key: props.Key},
	})
	p.addStarts(props, workflow.StateMachine)
	p.alarms = append(p.alarms, p.Watch.Alarm)
	if props.Environment.Alarms {
		p.alarms = append(p.alarms, NewAlarms(p.Construct, "Alarms", AlarmsProps{
			StateMachine: workflow.StateMachine,
			Preprocess:   preprocess,
			Collect:      collect,
			Topic:        props.Topic,
		}).All...)
	}
	p.Dashboard = DashboardSection{
		Title:        props.Environment.Name + "/" + id,
		StateMachine: workflow.StateMachine,
		Executions:   workflow.LogGroup,
		Jobs:         job.LogGroup,
		Alarms:       p.alarms,
	}
	p.addBudget(props)
	p.addOutputs(props, storage, job, workflow, inventories, told, roles{preprocess.Role(), job.Role, collect.Role()})
	return p
}

// addArrivals has a queue told which objects arrive, if the settings want it; else it returns nil.
func (p *Pipeline) addArrivals(props PipelineProps, storage *Storage) *Arrivals {
	if props.Settings.Arrivals.Every == 0 {
		return nil
	}
	told := NewArrivals(p.Construct, "Arrivals", ArrivalsProps{
		Input:    p.Data.Input,
		Own:      storage.Bucket,
		Existing: props.Settings.Input.Bucket,
		Queue:    hardened.QueueProps{Key: props.Key, Hidden: props.Settings.InvokeLimit()},
		Topic:    props.Topic,
	})
	p.Data.Arrivals = told.Queue
	p.alarms = append(p.alarms, told.Alarm)
	return told
}

// addStarts has runs start by the clock, if the settings say when.
func (p *Pipeline) addStarts(props PipelineProps, stateMachine sfn.IStateMachine) {
	schedule, told := props.Settings.Schedule, props.Settings.Arrivals
	if schedule.Expression == "" && told.Every == 0 {
		return
	}
	starts := NewStarts(p.Construct, "Starts", StartsProps{
		StateMachine: stateMachine,
		Topic:        props.Topic,
		Missed:       hardened.QueueProps{Key: props.Key},
	})
	p.alarms = append(p.alarms, starts.Alarm)
	if schedule.Expression != "" {
		starts.Add("Schedule", Start{
			Prefix:     contract.ScheduledRun,
			Expression: schedule.Expression,
			TimeZone:   schedule.TimeZone,
			Input:      schedule.StartInput(),
			Late:       scheduleLate,
		})
	}
	if told.Every > 0 {
		starts.Add("Arrivals", Start{
			Prefix:     contract.ArrivalsRun,
			Expression: told.Expression(),
			TimeZone:   "UTC",
			Input:      config.ArrivalsInput,
			Late:       told.Every,
		})
	}
}

// roles are those of the pipeline's programs.
type roles struct{ planner, job, collector awsiam.IRole }

func (p *Pipeline) addOutputs(
	props PipelineProps,
	storage *Storage,
	job *Job,
	workflow *Workflow,
	inventories *Inventories,
	told *Arrivals,
	of roles,
) {
	outputs := OutputsProps{
		Pipeline:     props.Settings.Name,
		Plan:         p.plan(props),
		Bucket:       storage.Bucket,
		StateMachine: workflow.StateMachine,
		Definition:   job.Definition,
		JobLogs:      job.LogGroup,
		Console:      props.Console,
	}
	if inventories != nil {
		outputs.More = append(outputs.More, inventories.Output())
	}
	if told != nil {
		outputs.More = append(outputs.More, told.Outputs()...)
	}
	if p.Data.Files != nil {
		outputs.More = append(outputs.More, filesOutput(p.Data))
	}
	if props.Settings.Input.Account != "" {
		grant := policies.InputGrant(p.Data.Input, of.planner, of.job)
		outputs.More = append(outputs.More, ownersOutputs(p.Construct, "Input", grant)...)
	}
	if props.Settings.Output.Account != "" {
		grant := policies.OutputGrant(p.Data.Output, of.planner, of.job, of.collector)
		outputs.More = append(outputs.More, ownersOutputs(p.Construct, "Output", grant)...)
	}
	NewOutputs(p.Construct, "Outputs", outputs)
}

// newInventories returns the inventories of the input; nil if there are none.
func (p *Pipeline) newInventories(props PipelineProps, storage *Storage) *Inventories {
	frequency := map[config.Inventory]string{
		config.Daily:  "Daily",
		config.Weekly: "Weekly",
	}[props.Settings.Inventory]
	if frequency == "" {
		return nil
	}
	return NewInventories(storage.Construct, "Inventories", InventoriesProps{
		Of:        storage.Bucket,
		Prefix:    props.Settings.Input.Prefix,
		Frequency: frequency,
		Bucket:    p.bucket(props),
	})
}

// logAccess keeps a log of the requests to the pipeline's own buckets, if an auditor wants one.
func (p *Pipeline) logAccess(props PipelineProps, storage *Storage, inventories *Inventories) {
	if !props.Environment.Security.AuditLogs {
		return
	}
	buckets := []awss3.IBucket{storage.Bucket}
	if inventories != nil {
		buckets = append(buckets, inventories.Bucket)
	}
	NewAccessLogs(storage.Construct, "AccessLogs", AccessLogsProps{
		Of:      buckets,
		Days:    props.Environment.Retention.LogDays,
		Removal: removal(props.Environment.Retention),
	})
}

// locations are where the pipeline reads and writes: in its own bucket, or in those that the
// settings name.
func (p *Pipeline) locations(props PipelineProps, storage *Storage, inventories *Inventories) policies.Data {
	at := func(id string, place config.Place) policies.Location {
		if place.Bucket != "" {
			return NewExisting(p.Construct, id, ExistingProps{
				Bucket:  place.Bucket,
				Prefix:  place.KeyPrefix(),
				Account: place.Account,
				Key:     place.Key,
				Region:  place.Region,
			})
		}
		return policies.Location{Bucket: storage.Bucket, Prefix: place.KeyPrefix(), Key: props.Key}
	}
	data := policies.Data{
		Input:  at("Input", props.Settings.Input),
		Output: at("Output", props.Settings.Output),
		Runs:   at("", config.Place{Prefix: contract.RunsPrefix}),
		Lists:  at("", config.Place{Prefix: contract.ListsPrefix}),
	}
	data.Files = filesOf(props.Settings.Command, data.Runs)
	data.Large = props.Settings.Rounds() > 1
	data.Output.Tagged = len(props.Settings.StoreAs.Tags) > 0
	if inventories != nil {
		data.Source = &policies.Location{Bucket: inventories.Bucket, Key: props.Key}
	}
	return data
}

func (p *Pipeline) newFunctions(props PipelineProps) (preprocess, collect awslambda.Function) {
	settings := props.Settings
	return NewFunctions(p.Construct, FunctionsProps{
		Built: props.Built,
		Data:  p.Data,
		Plan:  p.plan(props),
		Collect: contract.CollectSettings{
			Input:        location(p.Data.Input),
			Output:       location(p.Data.Output),
			OutputSuffix: settings.OutputSuffix,
			Runs:         location(p.Data.Runs),
			Buckets:      settings.Buckets(),
			Environment:  props.Environment.Name,
			Pipeline:     settings.Name,
		},
		Limit:       settings.FunctionLimit(),
		Concurrency: props.Environment.Security.FunctionConcurrency,
		Network:     props.Network.ForFunctions(),
		Logs:        props.Logs,
	})
}

// plan is what a run is planned by.
func (p *Pipeline) plan(props PipelineProps) contract.PlanSettings {
	settings := props.Settings
	plan := contract.PlanSettings{
		Input:        location(p.Data.Input),
		Output:       location(p.Data.Output),
		OutputSuffix: settings.OutputSuffix,
		Runs:         location(p.Data.Runs),
		Buckets:      settings.Buckets(),
		MaxShards:    settings.Shards.Max,
		ShardTime:    settings.Shards.Target,
		ShardBytes:   settings.Shards.Bytes,
		JobDiskGiB:   props.Environment.Compute.JobDiskGiB(settings.Job),
		RunLimit:     settings.RunLimit,
	}
	if p.Data.Arrivals != nil {
		plan.Arrivals = *p.Data.Arrivals.QueueUrl()
	}
	if p.Data.Source != nil {
		plan.InventoryBucket = *p.Data.Source.Bucket.BucketName()
	}
	return plan
}
