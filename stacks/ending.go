package stacks

import (
	"time"

	sfn "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	tasks "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctionstasks"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/stacks/hardened"
)

const (
	// errorJobGoesOn is how one look at a run's jobs ends if one of them had not ended yet.
	errorJobGoesOn = "JobGoesOn"
	// lookAgainAfter is the time between two looks.
	lookAgainAfter = 10 * time.Second
	// callLimit is how long one call of AWS Batch may take.
	callLimit = 30 * time.Second
)

// catchJobErrors leads from the states that submit jobs to those that end them, if nobody knows
// whether a job goes on, and else to those that collect: it failed, or was refused.
func catchJobErrors(ending, collect sfn.IChainable, submits ...sfn.CustomState) {
	// States.TaskFailed would match each error but the timeout.
	mayGoOn := append([]string{"States.Timeout"}, batchErrors...)
	for _, submit := range submits {
		submit.AddCatch(ending, &sfn.CatchProps{
			Errors:     jsii.Strings(mayGoOn...),
			ResultPath: jsii.String("$.job_error"),
		})
		submit.AddCatch(collect, keepErrorAt("$.job_error"))
	}
}

// endJobs returns the states that end the jobs of a run whose submitting state no longer waits
// for them, and lead to the next state once they have ended. A state whose timeout strikes does
// not learn the id of its job, and is not documented to end it. So the queue's jobs that are
// younger than the run are listed, and those with the run's tag are terminated. The jobs of an
// array are not listed: they end with their parent.
func endJobs(scope constructs.Construct, props WorkflowProps, next sfn.IChainable) sfn.IChainable {
	list := listJobs(scope, "ListJobs", "List jobs", props, nil)
	listMore := listJobs(scope, "ListMoreJobs", "List more jobs", props,
		sfn.JsonPath_StringAt(jsii.String("$.listed.NextToken")))
	end := endEach(scope, props.EndingLimit)
	more := sfn.NewChoice(scope, jsii.String("MoreJobs"), &sfn.ChoiceProps{StateName: jsii.String("More jobs?")})
	failed := sfn.NewPass(scope, jsii.String("JobsMayGoOn"), &sfn.PassProps{
		StateName: jsii.String("Jobs May Go On"),
		Parameters: &map[string]any{
			"Error": contract.ErrorJobsGoOn,
			"Cause": sfn.JsonPath_Format(
				jsii.String("The jobs of this run could not be ended after {}, and may go on. {}: {}"),
				sfn.JsonPath_StringAt(jsii.String("$.job_error.Error")),
				sfn.JsonPath_StringAt(jsii.String("$.end_error.Error")),
				sfn.JsonPath_StringAt(jsii.String("$.end_error.Cause")),
			),
		},
		ResultPath: jsii.String("$.job_error"),
	})
	for _, task := range []sfn.TaskStateBase{list, listMore} {
		task.AddCatch(failed, keepErrorAt("$.end_error"))
	}
	end.AddCatch(failed, keepErrorAt("$.end_error"))
	failed.Next(next)
	list.Next(end)
	listMore.Next(end)
	end.Next(more.
		When(sfn.Condition_IsPresent(jsii.String("$.listed.NextToken")), listMore, nil).
		Otherwise(next))
	return list
}

// listJobs lists a page of the queue's jobs that are younger than the run.
func listJobs(scope constructs.Construct, id, name string, props WorkflowProps, page *string) tasks.CallAwsService {
	parameters := map[string]any{
		"JobQueue": props.Queue.JobQueueArn(),
		"Filters": []any{map[string]any{
			"Name":   "AFTER_CREATED_AT",
			"Values": sfn.JsonPath_Array(sfn.JsonPath_StringAt(jsii.String("$.jobs_after"))),
		}},
	}
	if page != nil {
		parameters["NextToken"] = page
	}
	return callBatch(scope, id, name, "listJobs", parameters, "$.listed")
}

// endEach looks at each job of the page, and asks it to end if it is the run's. It looks again
// until all of them have ended, and fails if they do not in time.
func endEach(scope constructs.Construct, limit time.Duration) sfn.Map {
	each := sfn.NewMap(scope, jsii.String("EndJobs"), &sfn.MapProps{
		StateName: jsii.String("End jobs"),
		ItemsPath: jsii.String("$.listed.JobSummaryList"),
		ItemSelector: &map[string]any{
			"id":  sfn.JsonPath_StringAt(jsii.String("$$.Map.Item.Value.JobId")),
			"run": sfn.JsonPath_StringAt(jsii.String("$$.Execution.Name")),
		},
		// One after the other: a job of the run fails the look, which ends those at its side.
		MaxConcurrency: jsii.Number(1),
		ResultPath:     sfn.JsonPath_DISCARD(),
	})
	id := sfn.JsonPath_StringAt(jsii.String("$.id"))
	describe := callBatch(scope, "DescribeJob", "Describe job", "describeJobs",
		map[string]any{"Jobs": sfn.JsonPath_Array(id)}, "$.described")
	terminate := callBatch(scope, "TerminateJob", "Terminate job", "terminateJob",
		map[string]any{"JobId": id, "Reason": "The run took longer than it may"}, "$.terminated")
	check := sfn.NewChoice(scope, jsii.String("CheckJob"), &sfn.ChoiceProps{StateName: jsii.String("Check job")})
	ended := sfn.NewSucceed(scope, jsii.String("NothingToEnd"), &sfn.SucceedProps{
		StateName: jsii.String("Nothing To End"),
	})
	goesOn := sfn.NewFail(scope, jsii.String("JobGoesOn"), &sfn.FailProps{
		StateName: jsii.String("Job Goes On"),
		Error:     jsii.String(errorJobGoesOn),
		Cause:     jsii.String("A job was asked to end, and had not ended yet."),
	})
	run, status := jsii.String("$.described.Jobs[0].Tags.run"), jsii.String("$.described.Jobs[0].Status")
	each.ItemProcessor(describe.Next(check.
		When(sfn.Condition_And(
			sfn.Condition_IsPresent(run), // Whoever else may use the queue need not tag a job.
			sfn.Condition_StringEqualsJsonPath(run, jsii.String("$.run")),
			sfn.Condition_Not(sfn.Condition_StringEquals(status, jsii.String("SUCCEEDED"))),
			sfn.Condition_Not(sfn.Condition_StringEquals(status, jsii.String("FAILED"))),
		), terminate.Next(goesOn), nil).
		Otherwise(ended)), nil)
	each.AddRetry(&sfn.RetryProps{
		Errors:      jsii.Strings(errorJobGoesOn),
		Interval:    hardened.Seconds(lookAgainAfter),
		BackoffRate: jsii.Number(1),
		MaxAttempts: jsii.Number(float64(limit / lookAgainAfter)),
	})
	return each
}

// callBatch calls AWS Batch, and keeps the answer at the path.
func callBatch(
	scope constructs.Construct,
	id, name, action string,
	parameters map[string]any,
	result string,
) tasks.CallAwsService {
	task := tasks.NewCallAwsService(scope, &id, &tasks.CallAwsServiceProps{
		StateName:  &name,
		Service:    jsii.String("batch"),
		Action:     &action,
		Parameters: &parameters,
		// What the role may do is in its policies: the CDK's statement is not added to it.
		IamResources: jsii.Strings("*"),
		ResultPath:   &result,
		TaskTimeout:  sfn.Timeout_Duration(hardened.Seconds(callLimit)),
	})
	task.AddRetry(retryOn(batchCallErrors...))
	return task
}
