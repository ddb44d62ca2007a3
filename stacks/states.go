package stacks

import (
	"maps"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	sfn "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	tasks "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctionstasks"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/hardened"
)

// newStates returns the workflow, its states in the order they run. The function
// that collects runs however the run went, so that a person is always told which
// objects are left.
func newStates(scope constructs.Construct, props WorkflowProps) sfn.IChainable {
	generate := generateInput(scope, props)
	choose := sfn.NewChoice(scope, jsii.String("ChooseJob"), &sfn.ChoiceProps{
		StateName: jsii.String("Choose job"),
		Comment:   jsii.String("An array has at least two children"),
	})
	submit := submitJob(scope, "SubmitBatchJob", "Submit Batch Job", props, nil)
	submitArray := submitJob(
		scope,
		"SubmitBatchArrayJob",
		"Submit Batch Array Job",
		props,
		sfn.JsonPath_NumberAt(jsii.String("$.shards")),
	)

	collect := collectResults(scope, props)
	check := sfn.NewChoice(scope, jsii.String("CheckOutcome"), &sfn.ChoiceProps{StateName: jsii.String("Check outcome")})

	notifySuccess := notify(scope, "NotifySuccess", "Notify Success", props)
	succeeded := sfn.NewSucceed(
		scope,
		jsii.String("RunSucceeded"),
		&sfn.SucceedProps{StateName: jsii.String("Run Succeeded")},
	)

	describe := describeFailure(scope, props.Label)
	notifyFailure := notify(scope, "NotifyFailure", "Notify Failure", props)
	failed := sfn.NewFail(scope, jsii.String("RunFailed"), &sfn.FailProps{
		StateName: jsii.String("Run Failed"),
		ErrorPath: jsii.String("$.error"),
		CausePath: jsii.String("$.cause"),
	})
	notNotified := sfn.NewFail(scope, jsii.String("NotificationFailed"), &sfn.FailProps{
		StateName: jsii.String("Notification Failed"),
		Comment:   jsii.String("An execution that notified nobody must not look like one that did"),
		Error:     jsii.String(contract.ErrorNotification),
		CausePath: jsii.String("$.notification_error.Cause"),
	})

	// The root becomes the error alone: a field of the input cannot pass for it.
	generate.AddCatch(collect, &sfn.CatchProps{ResultPath: jsii.String("$")})
	second := newSecondRound(scope, props, check, collect)
	catchJobErrors(endJobs(scope, props, collect), collect, append(second, submit, submitArray)...)
	collect.AddCatch(describe, keepErrorAt("$.collect_error"))
	notifySuccess.AddCatch(notNotified, keepErrorAt("$.notification_error"))
	notifyFailure.AddCatch(notNotified, keepErrorAt("$.notification_error"))

	nothing := sfn.NewSucceed(scope, jsii.String("NothingToDo"), &sfn.SucceedProps{
		StateName: jsii.String("Nothing To Do"),
		Comment:   jsii.String("A start by the clock that found nothing to do tells nobody"),
	})
	shards, outcome := jsii.String("$.shards"), jsii.String("$.outcome")
	describe.Next(notifyFailure)
	collected := collect.Next(check.
		When(
			sfn.Condition_StringEquals(outcome, jsii.String(string(contract.Succeeded))),
			notifySuccess.Next(thenChat(scope, "NotifyChatOfSuccess", "Notify Chat Of Success", props, succeeded)),
			nil,
		).
		Otherwise(notifyFailure.Next(thenChat(scope, "NotifyChatOfFailure", "Notify Chat Of Failure", props, failed))))
	return generate.Next(choose.
		When(sfn.Condition_IsPresent(jsii.String("$.idle")), nothing, nil).
		When(sfn.Condition_NumberEquals(shards, jsii.Number(0)), collected, nil).
		When(sfn.Condition_NumberEquals(shards, jsii.Number(1)), submit.Next(collected), nil).
		Otherwise(submitArray.Next(collected)))
}

func generateInput(scope constructs.Construct, props WorkflowProps) tasks.LambdaInvoke {
	return invoke(
		scope,
		"GenerateBatchJobInput",
		"Generate batch job input",
		props.Preprocess,
		props.InvokeLimit,
		map[string]any{
			"run":     sfn.JsonPath_StringAt(jsii.String("$$.Execution.Name")),
			"started": sfn.JsonPath_StringAt(jsii.String("$$.Execution.StartTime")),
			"job":     jobOf(props.Job),
			"input":   sfn.JsonPath_ObjectAt(jsii.String("$")),
		},
	)
}

func collectResults(scope constructs.Construct, props WorkflowProps) tasks.LambdaInvoke {
	return invoke(scope, "CollectResults", "Collect results", props.Collect, props.InvokeLimit, map[string]any{
		"run":           sfn.JsonPath_StringAt(jsii.String("$$.Execution.Name")),
		"execution":     sfn.JsonPath_StringAt(jsii.String("$$.Execution.Id")),
		"state_machine": sfn.JsonPath_StringAt(jsii.String("$$.StateMachine.Id")),
		"started":       sfn.JsonPath_StringAt(jsii.String("$$.Execution.StartTime")),
		"job":           jobOf(props.Job),
		"state":         sfn.JsonPath_ObjectAt(jsii.String("$")),
	})
}

// jobOf is the job as the functions are told of it. A running execution keeps its definition when
// another is deployed.
func jobOf(job contract.Job) map[string]any {
	literal := map[string]any{
		"command":                      job.Command,
		"tolerated_failure_percentage": job.ToleratedFailurePercentage,
		"memory_mib":                   job.MemoryMiB,
	}
	if len(job.Parameters) > 0 {
		literal["parameters"] = map[string]string(job.Parameters)
	}
	if large := job.OutOfMemory; large.MemoryMiB > 0 {
		literal["out_of_memory"] = map[string]any{"vcpu": large.VCPU, "memory_mib": large.MemoryMiB}
	}
	return literal
}

func invoke(
	scope constructs.Construct,
	id, name string,
	function awslambda.IFunction,
	limit time.Duration,
	payload map[string]any,
) tasks.LambdaInvoke {
	task := tasks.NewLambdaInvoke(scope, &id, &tasks.LambdaInvokeProps{
		StateName:      &name,
		LambdaFunction: function,
		Payload:        sfn.TaskInput_FromObject(&payload),
		OutputPath:     jsii.String("$.Payload"),
		TaskTimeout:    sfn.Timeout_Duration(hardened.Seconds(limit)),
		// The CDK's own retry leaves out jitter and one of the errors.
		RetryOnServiceExceptions: jsii.Bool(false),
	})
	task.AddRetry(retryOn(lambdaErrors...))
	return task
}

// submitJob submits one job, or an array of the given size, and waits for its end.
func submitJob(scope constructs.Construct, id, name string, props WorkflowProps, size *float64) sfn.CustomState {
	task := tasks.NewBatchSubmitJob(scope, &id, &tasks.BatchSubmitJobProps{
		IntegrationPattern: sfn.IntegrationPattern_RUN_JOB,
		JobName:            jsii.String("BatchJobFanOut"),
		JobQueueArn:        props.Queue.JobQueueArn(),
		JobDefinitionArn:   props.Definition.JobDefinitionArn(),
		ArraySize:          size,
		Payload:            sfn.TaskInput_FromJsonPathAt(jsii.String("$.batch_input")),
		Tags:               hardened.Variables(props.jobTags()),
		// What a job's end says is long, and nobody after this needs it.
		ResultSelector: &map[string]any{"id": sfn.JsonPath_StringAt(jsii.String("$.JobId"))},
		ResultPath:     jsii.String("$.job"),
	})
	// BatchSubmitJob takes a task's timeout for the limit of each attempt, which is the
	// job definition's to set, and leaves the state without one. Then a job that nothing
	// ends would end the execution where no Catch sees it.
	definition := *task.ToStateJson(sfn.QueryLanguage_JSON_PATH)
	delete(definition, "End")
	definition["TimeoutSeconds"] = int(props.SubmitLimit.Seconds())
	// A custom state is called what its id is.
	state := sfn.NewCustomState(scope, &name, &sfn.CustomStateProps{StateJson: &definition})
	state.AddRetry(retryOn(batchErrors...))
	return state
}

// jobTags are the tags of the environment, and those by which a job is found.
func (props WorkflowProps) jobTags() map[string]string {
	tags := map[string]string{}
	maps.Copy(tags, props.Tags)
	tags[policies.TagPipeline] = props.Pipeline
	tags["run"] = *sfn.JsonPath_StringAt(jsii.String("$$.Execution.Name"))
	return tags
}

// notify publishes the message that the state before it made.
func notify(scope constructs.Construct, id, name string, props WorkflowProps) tasks.SnsPublish {
	task := tasks.NewSnsPublish(scope, &id, &tasks.SnsPublishProps{
		StateName:   &name,
		Topic:       props.Topic,
		Subject:     sfn.JsonPath_StringAt(jsii.String("$.subject")),
		Message:     sfn.TaskInput_FromJsonPathAt(jsii.String("$.message")),
		ResultPath:  sfn.JsonPath_DISCARD(),
		TaskTimeout: sfn.Timeout_Duration(hardened.Seconds(props.NotifyLimit)),
	})
	task.AddRetry(retryOn(snsErrors...))
	return task
}

// describeFailure makes a message without the function whose work that is.
func describeFailure(scope constructs.Construct, label string) sfn.Pass {
	return sfn.NewPass(scope, jsii.String("DescribeFailure"), &sfn.PassProps{
		StateName: jsii.String("Describe Failure"),
		Parameters: &map[string]any{
			"subject": label + " FAILED: the results could not be added up",
			"message": sfn.JsonPath_Format(
				jsii.String("Run {} may have done its work, but its results could not be added up. {}: {} Execution: {}"),
				sfn.JsonPath_StringAt(jsii.String("$$.Execution.Name")),
				sfn.JsonPath_StringAt(jsii.String("$.collect_error.Error")),
				sfn.JsonPath_StringAt(jsii.String("$.collect_error.Cause")),
				sfn.JsonPath_StringAt(jsii.String("$$.Execution.Id")),
			),
			"error": contract.ErrorCollecting,
			"cause": sfn.JsonPath_StringAt(jsii.String("$.collect_error.Cause")),
		},
	})
}

func keepErrorAt(path string) *sfn.CatchProps {
	return &sfn.CatchProps{ResultPath: &path}
}
