package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account"
	"batchjobwithlambda/test/account/statemachine"
)

const week = 7 * 24 * time.Hour

// passScheduled lets time pass, and returns the runs that the schedule started.
func (p *pipeline) passScheduled(t *testing.T, d time.Duration) (begun []account.Begun, ended []statemachine.Result) {
	t.Helper()
	results, err := p.Pass(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	for i, run := range p.begun {
		if strings.HasPrefix(run.Name, "scheduled-") {
			begun, ended = append(begun, run), append(ended, results[i])
		}
	}
	return begun, ended
}

// The schedule is that of working days, at half past two in the night of Stockholm.
func TestASchedulesRunsStartInTheirMinuteAndWorkOnWhatIsNew(t *testing.T) {
	p := open(t, starting)
	p.put(t, map[string]string{"a": "one\n", "_temporary/b": "left out\n"})
	begun, results := p.passScheduled(t, week)
	const workingDays = 5
	if len(begun) != workingDays {
		t.Fatalf("%d runs started, want %d", len(begun), workingDays)
	}
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	for i, run := range begun {
		p.wantStatus(t, results[i], statemachine.Succeeded, "")
		at := run.At.In(stockholm)
		if at.Format("15:04") != "02:30" || at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			t.Errorf("%s started %s", run.Name, at)
		}
	}
	p.wantCounts(t, begun[0].Name, 1, 0, 0)
	p.wantCounts(t, begun[1].Name, 0, 1, 0)
}

func TestAScheduledStartLeavesARunAloneThatGoesOnAndTellsNobody(t *testing.T) {
	p := open(t, starting)
	p.put(t, map[string]string{"a": "one\n"})
	until := time.Now().Add(time.Hour).Format(time.RFC3339)
	lock := contract.LockAddress(p.Runs)
	if _, err := p.store.Put(lock.Bucket, lock.Key,
		strings.NewReader(fmt.Sprintf(`{"run":"other","until":%q}`, until)), nil); err != nil {
		t.Fatal(err)
	}
	_, results := p.passScheduled(t, week)
	for _, result := range results {
		p.wantStatus(t, result, statemachine.Succeeded, "")
		if !strings.Contains(string(result.Output), "run other goes on") {
			t.Errorf("its output is %s", result.Output)
		}
	}
	if len(results) == 0 || len(p.messages) > 0 || p.jobs > 0 {
		t.Errorf("%d starts, %d messages and %d jobs", len(results), len(p.messages), p.jobs)
	}
}

func TestAStartThatIsRefusedWaitsInTheDeadLetterQueue(t *testing.T) {
	p := open(t, starting.with(t, withoutPermission("StartsRoleStartsPolicy", "StartRuns", "states:StartExecution")))
	results, err := p.Pass(t.Context(), 3*24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if missed := p.Queued("StartsMissed"); len(results) > 0 || len(missed) == 0 ||
		!strings.Contains(missed[0], "states:StartExecution") {
		t.Errorf("%d runs, and in the dead-letter queue %q", len(results), missed)
	}
}
