package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

// everyHalfDay is how often the pipeline looks for arrivals.
const everyHalfDay = 12 * time.Hour

// openOnASaturday opens the pipeline at noon of a day on which, and on the next one, its schedule
// starts nothing: a scheduled run would work on what has arrived.
func openOnASaturday(t *testing.T) *pipeline {
	t.Helper()
	p := open(t, starting)
	now := time.Now().UTC()
	noon := time.Date(now.Year(), now.Month(), now.Day(), 12, 0, 0, 0, time.UTC)
	days := int(time.Saturday-noon.Weekday()) + 7
	p.Skip(noon.AddDate(0, 0, days).Sub(now))
	return p
}

// arrive puts objects, and has S3 say so.
func (p *pipeline) arrive(t *testing.T, texts map[string]string) {
	t.Helper()
	p.put(t, texts)
	for name := range texts {
		if err := p.Arrived(p.Input.Prefix + name); err != nil {
			t.Fatal(err)
		}
	}
}

// pass lets half a day pass, and returns the runs of arrivals that started and were not idle.
func (p *pipeline) passHalfADay(t *testing.T) []string {
	t.Helper()
	before := len(p.begun)
	results, err := p.Pass(t.Context(), everyHalfDay)
	if err != nil {
		t.Fatal(err)
	}
	var runs []string
	for i, result := range results {
		p.wantStatus(t, result, statemachine.Succeeded, "")
		if name := p.begun[before+i].Name; strings.HasPrefix(name, "arrivals-") && !strings.Contains(string(result.Output), "idle") {
			runs = append(runs, name)
		}
	}
	return runs
}

func TestWhatArrivesIsWorkedOnInOneRunAndAQuietStartTellsNobody(t *testing.T) {
	p := openOnASaturday(t)
	p.put(t, map[string]string{"before": "nobody tells of it\n"})
	p.arrive(t, map[string]string{"a": "one\n", "b": "two\n"})
	if err := p.Arrived(p.Input.Prefix + "a"); err != nil { // Once more.
		t.Fatal(err)
	}
	runs := p.passHalfADay(t)
	if len(runs) != 1 {
		t.Fatalf("%d runs of arrivals, want one: %q", len(runs), runs)
	}
	p.wantCounts(t, runs[0], 2, 0, 0)
	if origin := p.report(t, runs[0]).Origin; origin.Source != contract.SourceArrivals {
		t.Errorf("its origin is %+v", origin)
	}
	if left := p.Queued("ArrivalsQueue"); len(left) > 0 {
		t.Errorf("the queue still has %q", left)
	}
	messages := len(p.messages)
	if runs := p.passHalfADay(t); len(runs) > 0 {
		t.Errorf("without arrivals there were the runs %q", runs)
	}
	for _, message := range p.messages[messages:] {
		if strings.Contains(message.Message, "Run: arrivals-") {
			t.Errorf("a quiet start told of itself: %s", message.Message)
		}
	}
}

func TestWhatTheRuleDoesNotLetThroughStartsNothing(t *testing.T) {
	p := openOnASaturday(t)
	if _, err := p.store.Put(p.Input.Bucket, "output/a", strings.NewReader("made"), nil); err != nil {
		t.Fatal(err)
	}
	if err := p.Arrived("output/a"); err != nil {
		t.Fatal(err)
	}
	if told := p.Queued("ArrivalsQueue"); len(told) > 0 {
		t.Errorf("the queue was told of an output: %q", told)
	}
}

func TestArrivalsWaitForTheNextStartWhileARunGoesOn(t *testing.T) {
	p := openOnASaturday(t)
	p.arrive(t, map[string]string{"a": "one\n"})
	lock := contract.LockAddress(p.Runs)
	hold := func(until time.Time) {
		text := fmt.Sprintf(`{"run":"other","until":%q}`, until.Format(time.RFC3339))
		if _, err := p.store.Put(lock.Bucket, lock.Key, strings.NewReader(text), nil); err != nil {
			t.Fatal(err)
		}
	}
	hold(time.Now().Add(time.Hour))
	if runs := p.passHalfADay(t); len(runs) > 0 || len(p.Queued("ArrivalsQueue")) != 1 {
		t.Errorf("runs %q, and in the queue %q", runs, p.Queued("ArrivalsQueue"))
	}
	hold(time.Time{})
	if runs := p.passHalfADay(t); len(runs) != 1 || len(p.Queued("ArrivalsQueue")) > 0 {
		t.Errorf("runs %q, and in the queue %q", runs, p.Queued("ArrivalsQueue"))
	}
}

// Each permission that there is only because runs start by themselves.
func ofStarts(policies iam.Policies, p piece) bool {
	name := p.statementName(policies)
	return strings.HasPrefix(name, "StartsRole") || strings.HasSuffix(name, "/ReadArrivals") ||
		strings.HasSuffix(name, "/UseQueueKey") || strings.HasPrefix(name, "Arrivals") ||
		strings.HasPrefix(name, "NetworkVpcQueues")
}

func TestEachPermissionOfStartsIsNeeded(t *testing.T) {
	var requests []iam.Request
	for _, s := range []stack{
		starting,
		starting.with(t, withoutPermission("StartsRoleStartsPolicy", "StartRuns", "states:StartExecution")),
		starting.with(t, withoutPermission("ArrivalsQueuePolicy", "LetRulesSend", "sqs:SendMessage")),
	} {
		p := open(t, s)
		p.arrive(t, map[string]string{"a": "one\n"})
		if _, err := p.Pass(t.Context(), 3*24*time.Hour); err != nil {
			t.Fatal(err)
		}
		for _, access := range p.accesses {
			requests = append(requests, access.Request)
		}
	}
	all := policiesOf(t, starting)
	checked := map[string]bool{}
	for _, piece := range pieces(all, iam.Allow) {
		if !ofStarts(all, piece) {
			continue
		}
		checked[piece.statementName(all)] = true
		if !piece.isNeeded(all, requests) {
			t.Errorf("%s: nothing needs %s", piece.statementName(all), piece)
		}
	}
	if len(checked) < 8 {
		t.Errorf("looked at %d statements: %v", len(checked), checked)
	}
}

func TestWhatStartsMayNot(t *testing.T) {
	all := policiesOf(t, starting)
	roles := map[string]string{}
	for _, policy := range all {
		if policy.Kind == iam.OfResource && len(policy.To) == 1 {
			roles[template.ShortName(policy.ID)] = policy.To[0]
		}
	}
	schedules, planner, queue := roles["StartsRole"], roles["PreprocessRole"], roles["ArrivalsQueuePolicy"]
	if schedules == "" || planner == "" || queue == "" {
		t.Fatalf("there are only %v", roles)
	}
	machine := template.ARN("states", "stateMachine:other")
	events := map[string]string{"aws:SourceArn": template.ARN("events", "rule/other"), "aws:SourceAccount": template.Account}
	account := map[string]string{"aws:SourceAccount": template.Account}
	requests := []iam.Request{
		{Principal: schedules, Action: "states:StartExecution", Resource: machine},
		{Principal: schedules, Action: "states:StopExecution", Resource: machine},
		{Principal: schedules, Action: "lambda:InvokeFunction", Resource: template.ARN("lambda", "function:Preprocess")},
		{Principal: planner, Action: "sqs:ReceiveMessage", Resource: template.ARN("sqs", "other")},
		{Principal: planner, Action: "sqs:SendMessage", Resource: queue},
		{Principal: planner, Action: "sqs:PurgeQueue", Resource: queue},
		{Principal: planner, Action: "states:StartExecution", Resource: machine},
		{Principal: "events.amazonaws.com", Action: "sqs:SendMessage", Resource: queue, Context: events},
		{Principal: "s3.amazonaws.com", Action: "sqs:SendMessage", Resource: queue, Context: account},
		iam.AssumeRole("scheduler", schedules, account),
		iam.AssumeRole("scheduler", schedules, map[string]string{
			"aws:SourceAccount": template.Account,
			"aws:SourceArn":     template.ARN("scheduler", "schedule-group/default"),
		}),
		iam.AssumeRole("events", schedules, account),
	}
	for _, name := range []string{"JobRole", "CollectRole", "WorkflowRole", "JobExecutionRole", "StartsRole"} {
		for _, action := range []string{"sqs:ReceiveMessage", "sqs:DeleteMessage"} {
			requests = append(requests, iam.Request{Principal: roles[name], Action: action, Resource: queue})
		}
	}
	for _, request := range requests {
		if err := all.Check(request); err == nil {
			t.Errorf("%s may %s on %s", request.Principal, request.Action, request.Resource)
		}
	}
	if slices.ContainsFunc(requests, func(r iam.Request) bool { return r.Principal == "" }) {
		t.Error("a role is not there")
	}
}
