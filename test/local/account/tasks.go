package account

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"batchjobwithlambda/test/local/batch"
	"batchjobwithlambda/test/local/lambda"
	"batchjobwithlambda/test/local/statemachine"
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
	f, ok := a.functions[request.FunctionName]
	if !ok {
		return nil, &statemachine.TaskError{Name: "Lambda.ResourceNotFoundException", Cause: "Function not found: " + request.FunctionName}
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
	var request batch.Request
	if err := parse(parameters, &request); err != nil {
		return nil, err
	}
	definition, ok := a.definitions[request.JobDefinition]
	if _, queue := a.queues[request.JobQueue]; !ok || !queue {
		return nil, &statemachine.TaskError{Name: "Batch.ClientException", Cause: fmt.Sprintf("there is no queue %q or no definition %q", request.JobQueue, request.JobDefinition)}
	}
	definition.ARN = request.JobDefinition
	if err := request.Check(definition); err != nil {
		return nil, &statemachine.TaskError{Name: "Batch.ClientException", Cause: err.Error()}
	}
	detail, err := a.jobs.Run(ctx, definition, request)
	if err != nil {
		return nil, err
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
