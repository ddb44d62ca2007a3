package account

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/lambda"
	"batchjobwithlambda/test/account/statemachine"
)

const (
	taskInvoke  = "lambda:invoke"
	taskSubmit  = "batch:submitJob.sync"
	taskPublish = "sns:publish"
)

// supportedTasks are the resources of tasks, each with its parameters.
var supportedTasks = map[string][]string{
	taskInvoke:  {"FunctionName", "Payload"},
	taskSubmit:  {"ArrayProperties", "JobDefinition", "JobName", "JobQueue", "Parameters", "Tags", "Timeout"},
	taskPublish: {"Message", "Subject", "TopicArn"},
}

// handle does a task. Its errors have the names that AWS Step Functions gives them.
func (a *Account) handle(ctx context.Context, task statemachine.Task) (json.RawMessage, error) {
	switch task.Resource {
	case taskInvoke:
		return a.invoke(ctx, task.Parameters)
	case taskSubmit:
		return a.submit(ctx, task.Parameters)
	case taskPublish:
		return a.publish(task.Parameters)
	}
	return nil, fmt.Errorf("resource %q is not supported by the local run", task.Resource)
}

func (a *Account) invoke(ctx context.Context, parameters json.RawMessage) (json.RawMessage, error) {
	request := struct {
		FunctionName string
		Payload      json.RawMessage
	}{Payload: json.RawMessage(`{}`)}
	if err := parse(parameters, &request); err != nil {
		return nil, err
	}
	if err := a.check(
		iam.Request{Principal: a.machineRole, Action: "lambda:InvokeFunction", Resource: request.FunctionName},
	); err != nil {
		return nil, &statemachine.TaskError{Name: "Lambda.AWSLambdaException", Cause: err.Error()}
	}
	f, ok := a.functions[request.FunctionName]
	if !ok {
		return nil, &statemachine.TaskError{
			Name:  "Lambda.ResourceNotFoundException",
			Cause: "Function not found: " + request.FunctionName,
		}
	}
	response, err := f.Invoke(ctx, request.Payload)
	if failure, ok := errors.AsType[*lambda.FunctionError](err); ok {
		return nil, &statemachine.TaskError{Name: failure.Type, Cause: failure.Document}
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"ExecutedVersion": "$LATEST", "Payload": response, "StatusCode": 200})
}

func (a *Account) submit(ctx context.Context, parameters json.RawMessage) (json.RawMessage, error) {
	request := batch.Request{ID: batch.NewID()}
	if err := parse(parameters, &request); err != nil {
		return nil, err
	}
	if err := a.checkSubmit(request); err != nil {
		return nil, batchRefused(err)
	}
	definition, ok := a.definitions[request.JobDefinition]
	if _, queue := a.queues[request.JobQueue]; !ok || !queue {
		return nil, &statemachine.TaskError{
			Name:  "Batch.ClientException",
			Cause: fmt.Sprintf("there is no queue %q or no definition %q", request.JobQueue, request.JobDefinition),
		}
	}
	definition.ARN = request.JobDefinition
	if err := request.Check(definition); err != nil {
		return nil, &statemachine.TaskError{Name: "Batch.ClientException", Cause: err.Error()}
	}
	running, terminate := context.WithCancel(context.WithoutCancel(ctx))
	defer terminate()
	// A job that the state machine may not terminate goes on by itself.
	defer context.AfterFunc(ctx, func() {
		if a.checkTerminate(request) == nil {
			terminate()
		}
	})()
	detail, err := a.jobs.Run(running, definition, request)
	if err != nil {
		return nil, err
	}
	if err := a.check(iam.Request{Principal: a.machineRole, Action: "batch:DescribeJobs", Resource: "*"}); err != nil {
		return nil, batchRefused(err)
	}
	document, err := json.Marshal(detail)
	if err != nil {
		return nil, err
	}
	if detail.Status == batch.Failed {
		return nil, &statemachine.TaskError{Name: "States.TaskFailed", Cause: string(document)}
	}
	return document, nil
}

// checkSubmit asks whether the job may be submitted. AWS Batch asks for the definition
// and the queue, and for both again whether they may be tagged, although it is the job
// that gets the tags: a refusal names the definition.
func (a *Account) checkSubmit(request batch.Request) error {
	tags := tagsAs("aws:RequestTag/", request.Tags)
	actions := []string{"batch:SubmitJob"}
	if len(tags) > 0 {
		actions = append(actions, "batch:TagResource")
	}
	for _, action := range actions {
		for _, resource := range []string{request.JobDefinition, request.JobQueue} {
			if err := a.check(
				iam.Request{Principal: a.machineRole, Action: action, Resource: resource, Context: tags},
			); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *Account) checkTerminate(request batch.Request) error {
	return a.check(iam.Request{
		Principal: a.machineRole, Action: "batch:TerminateJob", Resource: regional("batch", "job/"+request.ID),
		Context: tagsAs("aws:ResourceTag/", request.Tags),
	})
}

// tagsAs are the condition keys of tags.
func tagsAs(key string, tags map[string]string) map[string]string {
	context := map[string]string{}
	for name, value := range tags {
		context[key+name] = value
	}
	return context
}

// batchRefused is what AWS Step Functions makes of an error of AWS Batch that its API
// does not list, as it does not list this.
func batchRefused(err error) error {
	return &statemachine.TaskError{Name: "Batch.AWSBatchException", Cause: err.Error()}
}

// parse is as strict about a task's parameters as AWS Step Functions, which starts
// no task whose parameters are of a wrong type, and fails the execution.
func parse(parameters json.RawMessage, request any) error {
	decoder := json.NewDecoder(bytes.NewReader(parameters))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(request); err != nil {
		return fmt.Errorf("the Parameters %s could not be used to start the Task: %w", parameters, err)
	}
	return nil
}
