package main

import (
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

var cutting = contract.Job{
	Command:    []string{"head", "-c", "{param.bytes}", "{param.more}"},
	Parameters: contract.Parameters{"bytes": "16", "more": ""},
}

// askOf is [fixture.ask] for a job.
func (w fixture) askOf(t *testing.T, job contract.Job, input string) (contract.Plan, error) {
	t.Helper()
	return w.handle(t.Context(), contract.PlanRequest{
		Run:     "demo",
		Started: started,
		Job:     job,
		Input:   contract.RawInput(input),
	})
}

func TestAPlanHasAllParametersOfItsRun(t *testing.T) {
	for input, want := range map[string]string{
		`{}`:                          `{"bytes":"16","more":""}`,
		`{"parameters":{}}`:           `{"bytes":"16","more":""}`,
		`{"parameters":{"bytes":""}}`: `{"bytes":"","more":""}`,
		`{"parameters":{"bytes":"4","more":"-q"}}`: `{"bytes":"4","more":"-q"}`,
	} {
		plan, err := newFixture(t).askOf(t, cutting, input)
		if err != nil || plan.BatchInput.Parameters != want {
			t.Errorf("%s: got %q, %v, want %s", input, plan.BatchInput.Parameters, err, want)
		}
	}
}

func TestParametersThatMakeNoCommandAreRefusedBeforeAnythingIsWritten(t *testing.T) {
	for input, text := range map[string]string{
		`{"parameters":{"byte":"4"}}`:                                                     `unknown parameter "byte", want only bytes and more`,
		`{"parameters":{"more":"Ref::results"}}`:                                          `Ref::results`,
		`{"parameters":{"more":"\u0000"}}`:                                                `NUL`,
		`{"parameters":{"more":"` + strings.Repeat("x", contract.MaxCommandBytes) + `"}}`: `want at most 1024`,
	} {
		w := newFixture(t)
		_, err := w.askOf(t, cutting, input)
		wantInvalid(t, err, "parameters", text)
		w.wantNothingWritten(t)
	}
}

// A definition of a state machine from before there were parameters sends no job.
func TestARunOfAJobWithoutParametersHasNone(t *testing.T) {
	for _, job := range []contract.Job{{}, {Command: []string{"cat"}}} {
		plan, err := newFixture(t).askOf(t, job, `{}`)
		if err != nil || plan.BatchInput.Parameters != "" {
			t.Errorf("got %q, %v, want no parameters", plan.BatchInput.Parameters, err)
		}
		_, err = newFixture(t).askOf(t, job, `{"parameters":{"bytes":"4"}}`)
		wantInvalid(t, err, "parameters", "this pipeline has no parameters")
	}
}
