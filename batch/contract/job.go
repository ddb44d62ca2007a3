package contract

import (
	"errors"
	"fmt"
)

// Job is what a run does to each object, and what it is judged by. The state machine's
// definition holds it beside the job definition that it submits. So an execution that began
// before a deploy, and goes on with the definition of before, is described by the job that
// it ran, whatever the settings are by then.
type Job struct {
	// Command is a [Command].
	Command []string `json:"command"`
	// Parameters are the parameters that an execution may set, and their defaults.
	Parameters Parameters `json:"parameters,omitempty"`
	// ToleratedFailurePercentage is the share of a run's objects, 0 to 100, that may
	// fail before the run does.
	ToleratedFailurePercentage float64 `json:"tolerated_failure_percentage"`
	// MemoryMiB is the memory of each job; 0 if the definition does not say it yet.
	MemoryMiB int `json:"memory_mib"`
	// OutOfMemory is the larger job that takes what ran out of memory in the first; zero for none.
	OutOfMemory LargeJob `json:"out_of_memory,omitzero"`
}

// Filled returns the job as the run has it: with these values of its parameters, or with the
// defaults if there are none, as there are none in a plan that was made before parameters were
// passed on.
func (j Job) Filled(parameters string) (Job, error) {
	if parameters != "" {
		given, err := ParseParameters(parameters)
		if err != nil {
			return Job{}, err
		}
		j.Parameters = given
	}
	var err error
	j.Command, err = Command(j.Command).Fill(j.Parameters)
	return j, err
}

// Choose returns the values of the job's parameters, as text, or nothing if it has none. The error
// is an *InvalidInput if no command can be made of those that were given.
func (j Job) Choose(given Parameters) (string, error) {
	parameters, err := j.Parameters.With(given)
	if err != nil || len(parameters) == 0 {
		return "", err
	}
	if _, err := Command(j.Command).Fill(parameters); err != nil {
		return "", &InvalidInput{
			Field: "parameters",
			Value: given.String(),
			Want:  "values that make a command: " + err.Error(),
		}
	}
	return parameters.String(), nil
}

// Check returns an error when no pipeline can have the job.
func (j Job) Check() error {
	var tolerated error
	// Written so that NaN, which is neither, is refused.
	if !(j.ToleratedFailurePercentage >= 0 && j.ToleratedFailurePercentage <= 100) {
		tolerated = fmt.Errorf("tolerated_failure_percentage: got %v, want 0 to 100", j.ToleratedFailurePercentage)
	}
	return errors.Join(Command(j.Command).Check(), tolerated)
}
