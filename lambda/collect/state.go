package main

import (
	"cmp"
	"encoding/json"
	"fmt"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/people"
)

// causeCharacters is how long a cause may be where a person reads it.
const causeCharacters = 500

// parseState tells a run that was planned from a planning that failed: only an error
// has a field "Error". The name is compared as it is written, because encoding/json
// would take an "error" for it.
func parseState(data json.RawMessage) (contract.RunState, *contract.TaskError, error) {
	var state contract.RunState
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return state, nil, fmt.Errorf("state: %w", err)
	}
	if _, failed := fields["Error"]; failed {
		var planning contract.TaskError
		if err := json.Unmarshal(data, &planning); err != nil {
			return state, nil, fmt.Errorf("state: %w", err)
		}
		return state, &planning, nil
	}
	if err := json.Unmarshal(data, &state); err != nil {
		return state, nil, fmt.Errorf("state: %w", err)
	}
	return state, nil, nil
}

// explain says on one line why a task failed. The cause is JSON if a function or a job
// gave it, and most of that helps nobody.
func explain(failed contract.TaskError) string {
	var cause struct {
		ErrorMessage string // Of a function.
		StatusReason string // Of a job.
	}
	// Any other cause is not JSON, or not an object, and is shown as it is.
	_ = json.Unmarshal([]byte(failed.Cause), &cause)
	return people.OneLine(cmp.Or(cause.ErrorMessage, cause.StatusReason, failed.Cause, failed.Error), causeCharacters)
}
