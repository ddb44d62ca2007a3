package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

const week = 7 * 24 * time.Hour

// The schedule is that of working days, at half past two in the night of Stockholm.
func TestASchedulesRunsStartInTheirMinuteAndWorkOnWhatIsNew(t *testing.T) {
	p := open(t, starting)
	p.put(t, map[string]string{"a": "one\n", "_temporary/b": "left out\n"})
	results, err := p.Pass(t.Context(), week)
	if err != nil {
		t.Fatal(err)
	}
	const workingDays = 5
	if len(results) != workingDays || len(p.begun) != workingDays {
		t.Fatalf("%d runs started, and %d ended, want %d", len(p.begun), len(results), workingDays)
	}
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	for i, run := range p.begun {
		p.wantStatus(t, results[i], statemachine.Succeeded, "")
		at := run.At.In(stockholm)
		if at.Format("15:04") != "02:30" || at.Weekday() == time.Saturday || at.Weekday() == time.Sunday ||
			!strings.HasPrefix(run.Name, "scheduled-") {
			t.Errorf("%s started %s", run.Name, at)
		}
	}
	p.wantCounts(t, p.begun[0].Name, 1, 0, 0)
	p.wantCounts(t, p.begun[1].Name, 0, 1, 0)
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
	results, err := p.Pass(t.Context(), week)
	if err != nil {
		t.Fatal(err)
	}
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

// A start that is let through and one that is not need all that a schedule's role may.
func TestEachPermissionOfAScheduleIsNeeded(t *testing.T) {
	refused := starting.with(t, withoutPermission("StartsRoleStartsPolicy", "StartRuns", "states:StartExecution"))
	var requests []iam.Request
	for _, s := range []stack{starting, refused} {
		p := open(t, s)
		if _, err := p.Pass(t.Context(), 3*24*time.Hour); err != nil {
			t.Fatal(err)
		}
		for _, access := range p.accesses {
			requests = append(requests, access.Request)
		}
	}
	all := policiesOf(t, starting)
	checked := 0
	for _, piece := range pieces(all, iam.Allow) {
		if name := piece.statementName(all); strings.HasPrefix(name, "StartsRole") {
			checked++
			if !piece.isNeeded(all, requests) {
				t.Errorf("%s: nothing needs %s", name, piece)
			}
		}
	}
	if checked < 5 { // The trust, two actions and two on the key.
		t.Errorf("%d permissions were looked at", checked)
	}
}

func TestWhatAScheduleMayNot(t *testing.T) {
	all := policiesOf(t, starting)
	role := template.ARN("iam", "role/none")
	for _, policy := range all {
		if template.ShortName(policy.ID) == "StartsRole" {
			role = policy.To[0]
		}
	}
	machine := template.ARN("states", "stateMachine:other")
	for _, request := range []iam.Request{
		{Principal: role, Action: "states:StartExecution", Resource: machine},
		{Principal: role, Action: "states:StopExecution", Resource: machine},
		{Principal: role, Action: "sqs:ReceiveMessage", Resource: template.ARN("sqs", "StartsMissed")},
		{Principal: role, Action: "lambda:InvokeFunction", Resource: template.ARN("lambda", "function:Preprocess")},
		iam.AssumeRole("scheduler", role, map[string]string{"aws:SourceAccount": template.Account}),
		iam.AssumeRole("scheduler", role, map[string]string{
			"aws:SourceAccount": template.Account,
			"aws:SourceArn":     template.ARN("scheduler", "schedule-group/default"),
		}),
		iam.AssumeRole("events", role, map[string]string{"aws:SourceAccount": template.Account}),
	} {
		if err := all.Check(request); err == nil {
			t.Errorf("%s may %s on %s", request.Principal, request.Action, request.Resource)
		}
	}
}
