package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/statemachine"
)

const executionInput = `{"prefix":"2026/"}`

// message is what a topic was given.
type message struct{ Subject, Message string }

// route is what the tasks make of a run as long as nothing goes wrong.
type route struct {
	shards int
	// failed says that objects failed beyond what is tolerated.
	failed bool
	// overtime says that the job works longer than its state waits, and that nothing stops it.
	overtime bool
	// idle says that the plan finds nothing to do.
	idle bool
	// older says that the plan is of a function of the release before, which a deployment put
	// back while the run went on.
	older bool
	// large is how many larger jobs take what ran out of memory in the others.
	large int
}

func (r route) String() string {
	return fmt.Sprintf("%d shards, objects failed: %v, overtime: %v, idle: %v, older: %v, larger jobs: %d",
		r.shards, r.failed, r.overtime, r.idle, r.older, r.large)
}

// jobsAfter is when the jobs of a run can have begun.
const jobsAfter = "1795372140000"

func (r route) plan(run string) contract.Plan {
	if r.idle {
		return contract.Plan{Idle: "run other goes on"}
	}
	files := contract.Run{Runs: contract.Location{Bucket: "bucket", Prefix: "runs/"}, ID: run}
	return contract.Plan{
		BatchInput: contract.BatchInput{Manifest: files.Manifest().String(), Results: files.Results().String()},
		Origin:     contract.Origin{Source: contract.SourcePrefix, Address: "s3://bucket/input/2026/"},
		Shards:     r.shards, Objects: int64(3 * r.shards), Bytes: int64(1000 * r.shards),
		JobsAfter: jobsAfter,
	}
}

// secondPlan is the plan of the larger jobs.
func (r route) secondPlan(run string) contract.Plan {
	files := contract.Run{Runs: contract.Location{Bucket: "bucket", Prefix: "runs/"}, ID: run}.ForLarge()
	return contract.Plan{
		BatchInput: contract.BatchInput{Manifest: files.Manifest().String(), Results: files.Results().String()},
		Shards:     r.large, Objects: int64(r.large), Bytes: int64(100 * r.large),
		JobsAfter: jobsAfter,
	}
}

// isLarge reports whether the definition is that of the larger job.
func (e environment) isLarge(definition string) bool {
	return e.largeARN != "" && definition == e.largeARN
}

// tasks answers what the tasks of one execution ask, as the contract has it. It returns
// an error when a task asks what the contract has not.
type tasks struct {
	environment
	route
	run string
	// published is every message that the topic took.
	published []message
	// jobs are those of the queue, the latest last.
	jobs []*job
}

func (t *tasks) do(task statemachine.Task) (json.RawMessage, error) {
	switch task.Resource {
	case "lambda:invoke":
		return t.invoke(task.Parameters)
	case "batch:submitJob.sync":
		return t.submit(task.Parameters)
	case "aws-sdk:batch:listJobs":
		return t.listJobs(task.Parameters)
	case "aws-sdk:batch:describeJobs":
		return t.describeJobs(task.Parameters)
	case "aws-sdk:batch:terminateJob":
		return t.terminateJob(task.Parameters)
	case "sns:publish":
		return t.publish(task.Parameters)
	}
	return nil, fmt.Errorf("no script for resource %q", task.Resource)
}

func (t *tasks) invoke(parameters json.RawMessage) (json.RawMessage, error) {
	var request struct {
		FunctionName string
		Payload      json.RawMessage
	}
	if err := parse(parameters, &request); err != nil {
		return nil, err
	}
	var answer any
	var err error
	switch program := t.programs[request.FunctionName]; program {
	case "preprocess":
		answer, err = t.preprocess(request.Payload)
	case "collect":
		answer, err = t.collect(request.Payload)
	default:
		err = fmt.Errorf("no script for function %q", request.FunctionName)
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"ExecutedVersion": "$LATEST", "Payload": answer, "StatusCode": 200})
}

func (t *tasks) preprocess(payload json.RawMessage) (any, error) {
	var request contract.PlanRequest
	if err := parse(payload, &request); err != nil {
		return nil, err
	}
	if request.Run != t.run || request.Started == "" || string(request.Input) != executionInput {
		return nil, fmt.Errorf("the request for a plan is %s", payload)
	}
	if t.older {
		fields, err := json.Marshal(t.plan(t.run))
		if err != nil {
			return nil, err
		}
		plan := map[string]any{}
		err = json.Unmarshal(fields, &plan)
		delete(plan, "jobs_after")
		return plan, err
	}
	return t.plan(t.run), nil
}

func (t *tasks) collect(payload json.RawMessage) (any, error) {
	var request contract.CollectRequest
	if err := parse(payload, &request); err != nil {
		return nil, err
	}
	if request.Run != t.run || request.Started == "" || request.Execution != t.machine.ExecutionARN(t.run) ||
		request.StateMachine != t.machine.ARN || !slices.Equal(request.Job.Command, t.command) {
		return nil, fmt.Errorf("the request to collect is %s", payload)
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(request.State, &fields); err != nil {
		return nil, err
	}
	if _, planning := fields["Error"]; planning {
		var failed contract.TaskError
		if err := parse(request.State, &failed); err != nil {
			return nil, err
		}
		if failed.Error == contract.ErrorInvalidInput {
			return t.summary(contract.ErrorInvalidInput, failed.Cause), nil
		}
		return t.summary(contract.ErrorPlanning, failed.Cause), nil
	}
	for _, left := range []string{"job", "listed", "end_error"} {
		delete(fields, left) // By the states that submit and end jobs.
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	var state contract.RunState
	if err := parse(text, &state); err != nil {
		return nil, err
	}
	want := t.plan(t.run)
	if t.older {
		want.JobsAfter = ""
	}
	first, second := state, state.First != nil
	if second {
		if first = *state.First; !reflect.DeepEqual(state.Plan, t.secondPlan(t.run)) {
			return nil, fmt.Errorf("the second plan to collect is %+v, want %+v", state.Plan, t.secondPlan(t.run))
		}
	}
	if !reflect.DeepEqual(first.Plan, want) {
		return nil, fmt.Errorf("the plan to collect is %+v, want %+v", first.Plan, want)
	}
	if err := t.checkEnded(state.JobError, second); err != nil {
		return nil, err
	}
	if t.large > 0 && !second && t.hasResults(false) {
		return contract.Summary{Large: &contract.RunState{Plan: t.secondPlan(t.run), First: &state}}, nil
	}
	switch {
	case state.JobError != nil && !t.hasResults(second):
		return t.summary(contract.ErrorObjects, state.JobError.Cause), nil
	case t.failed:
		return t.summary(contract.ErrorObjects, "3 of 3 objects failed"), nil
	}
	return t.summary("", ""), nil
}

func (t *tasks) summary(failure, cause string) contract.Summary {
	outcome := contract.Succeeded
	if failure != "" {
		outcome = contract.RunFailed
	}
	return contract.Summary{
		Outcome: outcome,
		Subject: fmt.Sprintf("[test] %s: %s", outcome, t.run),
		Message: "Run: " + t.run + "\n" + cause,
		Error:   failure,
		Cause:   cause,
	}
}

func (t *tasks) submit(parameters json.RawMessage) (json.RawMessage, error) {
	var request struct {
		JobName, JobQueue, JobDefinition string
		Parameters, Tags                 map[string]string
		ArrayProperties                  struct{ Size int }
	}
	if err := parse(parameters, &request); err != nil {
		return nil, err
	}
	plan := t.plan(t.run)
	if t.isLarge(request.JobDefinition) {
		plan = t.secondPlan(t.run)
	}
	given := map[string]string{"manifest": plan.BatchInput.Manifest, "results": plan.BatchInput.Results}
	size := request.ArrayProperties.Size
	if size == 0 {
		size = 1 // One job is no array.
	}
	if !maps.Equal(request.Parameters, given) || size != plan.Shards || request.ArrayProperties.Size == 1 ||
		request.JobQueue != t.queueARN {
		return nil, fmt.Errorf("the job is %s", parameters)
	}
	done := t.start(parameters)
	done.status = "SUCCEEDED"
	return json.Marshal(map[string]any{"JobId": done.id, "Status": done.status})
}

func (t *tasks) publish(parameters json.RawMessage) (json.RawMessage, error) {
	var request struct {
		TopicArn string
		message
	}
	if err := parse(parameters, &request); err != nil {
		return nil, err
	}
	if request.TopicArn != t.topicARN || request.Subject == "" || strings.Contains(request.Subject, "\n") ||
		!strings.Contains(request.Message, t.run) {
		return nil, fmt.Errorf("the message is %s", parameters)
	}
	t.published = append(t.published, request.message)
	return json.RawMessage(`{"MessageId":"94f20ce6-13c5-43a0-9a9e-ca52d816e90b"}`), nil
}

func parse(text json.RawMessage, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s is no %s: %w", text, reflect.TypeOf(into).Elem(), err)
	}
	return nil
}
