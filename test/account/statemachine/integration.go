package statemachine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
)

// Integration is something that a state machine can ask of a service.
type Integration struct {
	// Parameters are the names of those that are supported.
	Parameters []string
	// Do does a task for the state machine that has the role. Its errors are those of a
	// [Handler].
	Do func(ctx context.Context, role string, parameters json.RawMessage) (json.RawMessage, error)
}

// Integrations are what all services offer, by the resources of tasks without what their ARNs
// begin with: "lambda:invoke".
type Integrations map[string]Integration

// Join returns the integrations of several services.
func Join(services ...Integrations) Integrations {
	all := Integrations{}
	for _, integrations := range services {
		maps.Copy(all, integrations)
	}
	return all
}

// Handler does the tasks of a state machine that has the role.
func (i Integrations) Handler(role string) Handler {
	return func(ctx context.Context, task Task) (json.RawMessage, error) {
		integration, ok := i[task.Resource]
		if !ok {
			return nil, fmt.Errorf("resource %q is not supported by the local run", task.Resource)
		}
		return integration.Do(ctx, role, task.Parameters)
	}
}

// DecodeParameters is as strict about a task's parameters as AWS Step Functions, which starts no
// task whose parameters are of a wrong type, and fails the execution.
func DecodeParameters(parameters json.RawMessage, request any) error {
	decoder := json.NewDecoder(bytes.NewReader(parameters))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(request); err != nil {
		return fmt.Errorf("the Parameters %s could not be used to start the Task: %w", parameters, err)
	}
	return nil
}
