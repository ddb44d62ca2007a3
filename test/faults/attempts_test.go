package faults

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/account/statemachine"
)

// attemptEnd is how an attempt of a job ends without having finished its shard.
type attemptEnd struct {
	code                 *int
	reason, statusReason string
}

// passingEnds are ends that say nothing about the objects: tasks that never started, and those
// that Spot takes back, whether or not the job had the time to stop by itself.
func passingEnds() []attemptEnd {
	const exited = "Essential container in task exited"
	ends := []attemptEnd{
		{new(contract.ExitStopped), "", batch.ReasonSpot},
		{new(contract.ExitStopped), "", exited},
		{new(137), "", batch.ReasonSpot},
		{new(137), "OutOfMemoryError: Container killed due to memory usage", exited},
		{new(contract.ExitTryAgain), "", exited},
	}
	for _, start := range batch.NoStarts {
		ends = append(ends, attemptEnd{nil, start.Reason, start.StatusReason})
	}
	return ends
}

// jobTrial is the trial of a run whose job has so many attempts that end like this.
func jobTrial(r route, strategy batch.RetryStrategy, end attemptEnd, times int) trial {
	for attempt := 1; attempt <= times; attempt++ {
		if attempt < strategy.Attempts && strategy.RetriesAfter(end.code, end.reason, end.statusReason) {
			continue
		}
		cause, err := json.Marshal(map[string]string{"Status": "FAILED", "StatusReason": end.statusReason})
		if err != nil {
			panic(err) // Strings are always JSON.
		}
		state := submit
		if r.shards > 1 {
			state = submitArray
		}
		failed := statemachine.TaskError{Name: "States.TaskFailed", Cause: string(cause)}
		return trial{route: r, fault: fault{state, fails, failed, always}}
	}
	return trial{route: r}
}

func TestWhatEndsAnAttemptEndsTheJobOnlyWhenAttemptsRunOutAndIsThenTold(t *testing.T) {
	for name, template := range templates {
		e := environmentOf(t, name)
		definition := template.OfType("AWS::Batch::JobDefinition")[0] // A larger job has the same attempts.
		var properties struct{ RetryStrategy batch.RetryStrategy }
		if err := definition.Decode(&properties); err != nil {
			t.Fatal(err)
		}
		strategy := properties.RetryStrategy
		var trials []trial
		for _, r := range []route{{shards: 1}, {shards: 7}} {
			for _, end := range passingEnds() {
				for times := 1; times <= strategy.Attempts; times++ {
					tried := jobTrial(r, strategy, end, times)
					if failed, want := tried.state != "", times == strategy.Attempts; failed != want {
						t.Errorf("%s: %d of %d attempts ended with %+v: failed %v", name, times, strategy.Attempts, end, failed)
					}
					trials = append(trials, tried)
				}
			}
		}
		e.tryAll(t.Context(), trials, func(tried trial, seen observed, err error) {
			if err = errors.Join(err, tried.check(seen)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if v := tried.verdict(seen); v != toldInFlow {
				t.Errorf("%s: %s: %s", name, fmt.Sprint(tried), v)
			}
		})
	}
}
