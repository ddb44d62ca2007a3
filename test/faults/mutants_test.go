package faults

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/proof"
	"batchjobwithlambda/test/template"
)

type object = map[string]any

// mutant is one change for the worse.
type mutant struct {
	name string
	// state is where the trials look first, if it says where.
	state string
	// machine changes the definition, or template the template, in place.
	machine  func(machine object)
	template func(*template.Template)
}

func (m mutant) environment(t *testing.T, original *template.Template) environment {
	t.Helper()
	changed, err := original.Clone()
	if err != nil {
		t.Fatal(err)
	}
	if m.template != nil {
		m.template(changed)
	}
	e, err := newEnvironment(changed)
	if err != nil {
		t.Fatalf("%s: %v", m.name, err)
	}
	e.mutated = true
	if m.machine != nil {
		var machine object
		if err := json.Unmarshal(e.machine.Definition, &machine); err != nil {
			t.Fatal(err)
		}
		m.machine(machine)
		if e.machine.Definition, err = json.Marshal(machine); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

// in changes one state.
func in(state, what string, change func(state object)) mutant {
	return mutant{
		name:    state + ": " + what,
		state:   state,
		machine: func(machine object) { change(find(machine, state)) },
	}
}

// find returns the state with the name, also one inside of a Map; nil if there is none.
func find(machine object, name string) object {
	states := machine["States"].(object)
	if state, ok := states[name].(object); ok {
		return state
	}
	for _, state := range states {
		if inner, ok := state.(object)["ItemProcessor"].(object); ok {
			if found := find(inner, name); found != nil {
				return found
			}
		}
	}
	return nil
}

// set gives a field of a state another value; nil takes the field away.
func set(state, field string, value any) mutant {
	if value == nil {
		return in(state, "no "+field, func(s object) { delete(s, field) })
	}
	return in(state, fmt.Sprintf("%s is %v", field, value), func(s object) { s[field] = value })
}

// part is the first element of a list in an object, and last the last.
func part(holder object, list string) object { return holder[list].([]any)[0].(object) }

func last(holder object, list string) object {
	elements := holder[list].([]any)
	return elements[len(elements)-1].(object)
}

// mutants are changes with each of which a failure would be notified never, twice or wrongly, or
// a task tried too often or too seldom.
func mutants() []mutant {
	all := []mutant{
		{name: "no limit of the execution", machine: func(machine object) { delete(machine, "TimeoutSeconds") }},
		in("Check outcome", "the other way round", func(s object) {
			part(s, "Choices")["Next"], s["Default"] = s["Default"], part(s, "Choices")["Next"]
		}),
		in("Choose job", "nothing to do is a job", func(s object) { part(s, "Choices")["Next"] = submit }),
		in("Choose job", "one shard is an array", func(s object) { s["Choices"].([]any)[1].(object)["Next"] = submitArray }),
		set("Choose job", "Default", submit),
		set("Describe Failure", "Next", "Run Failed"),
		set("Notification Failed", "Error", "ObjectsFailed"),
		set("Notification Failed", "CausePath", nil),
		set("Run Failed", "ErrorPath", nil),
		in("Run Failed", "another error", func(s object) { delete(s, "ErrorPath"); s["Error"] = "Failed" }),
		set(generate, "Next", collect),
		set(submit, "Next", notifySuccess),
		set(submitArray, "Next", notifySuccess),
		set(collect, "Next", notifySuccess),
		set(collect, "Next", notifyFailure),
		set(notifySuccess, "Next", "Run Failed"),
		set(notifyFailure, "Next", "Run Succeeded"),
		set(generate, "OutputPath", nil),
		set(collect, "OutputPath", nil),
		set(submit, "ResultPath", nil),
		set(submitArray, "ResultPath", nil),
		set(notifyFailure, "ResultPath", nil),
		in(collect, "another job is described", func(s object) {
			s["Parameters"].(object)["Payload"].(object)["job"].(object)["command"] = []any{"another"}
		}),
		in(submitArray, "no size", func(s object) { delete(s["Parameters"].(object), "ArrayProperties") }),
	}
	for _, state := range slices.Sorted(maps.Keys(services)) {
		s := services[state]
		all = append(all,
			set(state, "Retry", nil),
			set(state, "TimeoutSeconds", nil),
			in(state, "a try less", func(s object) { part(s, "Retry")["MaxAttempts"] = mostTries - 2 }),
			in(state, "a try more", func(s object) { part(s, "Retry")["MaxAttempts"] = mostTries }),
			in(state, "retries everything", func(s object) { part(s, "Retry")["ErrorEquals"] = []any{"States.ALL"} }),
		)
		for _, name := range []string{"States.TaskFailed", "States.Timeout", lasting[s][0]} {
			all = append(all, in(state, "retries "+name, func(s object) {
				part(s, "Retry")["ErrorEquals"] = append(part(s, "Retry")["ErrorEquals"].([]any), name)
			}))
		}
		for _, name := range passing[s] {
			all = append(all, in(state, "does not retry "+name, func(s object) {
				part(s, "Retry")["ErrorEquals"] = slices.DeleteFunc(
					part(s, "Retry")["ErrorEquals"].([]any),
					func(each any) bool { return each == name },
				)
			}))
		}
		all = append(all, catchMutants(state)...)
	}
	for _, state := range []string{submit, submitArray} {
		all = append(all,
			in(state, "a failure is told without a report", func(s object) { last(s, "Catch")["Next"] = notifyFailure }),
			in(state, "the error is put elsewhere", func(s object) { last(s, "Catch")["ResultPath"] = "$.error" }),
			in(state, "its jobs go on after its timeout", func(s object) { s["Catch"] = s["Catch"].([]any)[1:] }),
			in(state, "its jobs go on after a lost answer", func(s object) {
				part(s, "Catch")["ErrorEquals"] = []any{"States.Timeout"}
			}))
	}
	all = append(all, endingMutants()...)
	for _, state := range []string{notifySuccess, notifyFailure} {
		all = append(all, in(state, "subject and message change places", func(s object) {
			p := s["Parameters"].(object)
			p["Subject.$"], p["Message.$"] = p["Message.$"], p["Subject.$"]
		}))
	}
	return slices.Concat(all, ruleMutants())
}

// catchMutants change what the last catcher of the state does, or that of the Map it is in.
func catchMutants(state string) []mutant {
	catcher := state
	if state == describeJob || state == terminateJob {
		catcher = endJobs
	}
	if catcher == endJobs && state != describeJob {
		return nil // Once is enough.
	}
	only := "States.TaskFailed" // Which matches all but the timeout.
	if services[state] == jobs {
		only = lasting[jobs][0] // The timeout is another catcher's.
	}
	all := []mutant{
		set(catcher, "Catch", nil),
		in(catcher, "a failure is caught as a success", func(s object) { last(s, "Catch")["Next"] = "Run Succeeded" }),
		in(catcher, "a failure is caught without a word", func(s object) { last(s, "Catch")["Next"] = "Run Failed" }),
		in(catcher, "catches only "+only, func(s object) { last(s, "Catch")["ErrorEquals"] = []any{only} }),
	}
	if state == generate {
		return append(all, in(state, "the error is put into the input", func(s object) {
			last(s, "Catch")["ResultPath"] = "$.error"
		}))
	}
	return append(all, in(catcher, "the error takes the place of the input", func(s object) {
		delete(last(s, "Catch"), "ResultPath")
	}))
}

// endingMutants let jobs go on that should be ended, or end those of others.
func endingMutants() []mutant {
	all := []mutant{
		set(listJobs, "ResultPath", "$.list"),
		set(endJobs, "Retry", nil),
		in(endJobs, "is not told which run", func(s object) { s["ItemSelector"].(object)["run.$"] = "$$.Execution.Id" }),
		set(endJobs, "ResultPath", "$"),
		set("More jobs?", "Default", listMore),
		in("More jobs?", "the first page is all", func(s object) { part(s, "Choices")["Next"] = collect }),
		set("Jobs May Go On", "ResultPath", "$.other"),
		set("Jobs May Go On", "Next", notifyFailure),
		set("Job Goes On", "Error", "Another"),
		set(describeJob, "Next", "Nothing To End"),
		set(terminateJob, "Next", "Nothing To End"),
		set("Check job", "Default", terminateJob),
	}
	for i, what := range []string{
		"a job without tags is looked at", "the jobs of every run are terminated", "one that succeeded is terminated",
		"one that failed is terminated",
	} {
		all = append(all, in("Check job", what, func(s object) {
			tests := part(s, "Choices")["And"].([]any)
			part(s, "Choices")["And"] = slices.Delete(slices.Clone(tests), i, i+1)
		}))
	}
	for _, state := range []string{listJobs, listMore} {
		all = append(all, in(state, "every job of the queue", func(s object) {
			delete(s["Parameters"].(object), "Filters")
		}))
	}
	return all
}

// ruleMutants change who is told from outside.
func ruleMutants() []mutant {
	rule := func(id, what string, change func(pattern, target object)) mutant {
		return mutant{name: id + ": " + what, template: func(t *template.Template) {
			properties := t.Named("Watch" + id).Properties
			change(properties["EventPattern"].(object), part(properties, "Targets"))
		}}
	}
	detail := func(what string, change func(detail object)) mutant {
		return rule("UnreportedEnd", what, func(pattern, _ object) { change(pattern["detail"].(object)) })
	}
	either := func(what string, change func(detail, unfinished, failed object)) mutant {
		return detail(what, func(detail object) {
			list := detail["$or"].([]any)
			change(detail, list[0].(object), list[1].(object))
		})
	}
	all := []mutant{
		{name: "UnreportedEnd: removed", template: func(t *template.Template) {
			delete(t.Resources, t.Named("WatchUnreportedEnd").ID)
		}},
		{name: "BlockedQueue: removed", template: func(t *template.Template) {
			delete(t.Resources, t.Named("WatchBlockedQueue").ID)
		}},
		{name: "UnreportedEnd: twice", template: func(t *template.Template) {
			t.Resources["Again"] = t.Named("WatchUnreportedEnd")
		}},
		either("every failure", func(_, _, failed object) { delete(failed, "error") }),
		either("no failure", func(detail, unfinished, _ object) { detail["$or"] = []any{unfinished} }),
		either("only failures", func(detail, _, failed object) { detail["$or"] = []any{failed} }),
		either("not of a timeout", func(_, unfinished, _ object) { unfinished["status"] = []any{"ABORTED"} }),
		either("not of a stop", func(_, unfinished, _ object) { unfinished["status"] = []any{"TIMED_OUT"} }),
		either("of a success too", func(_, unfinished, _ object) {
			unfinished["status"] = append(unfinished["status"].([]any), "SUCCEEDED")
		}),
		either(
			"not of a failure without a name",
			func(_, _, failed object) { failed["error"] = failed["error"].([]any)[:1] },
		),
		either(
			"only of a failure without a name",
			func(_, _, failed object) { failed["error"] = failed["error"].([]any)[1:] },
		),
		detail("of another state machine", func(detail object) { detail["stateMachineArn"] = []any{"another"} }),
	}
	for i, told := range []struct{ name, state string }{
		{"InvalidInput", generate}, {"PlanningFailed", generate}, {"ObjectsFailed", submit}, {"CollectingFailed", collect},
	} {
		again := either(told.name+" is told again", func(_, _, failed object) {
			but := part(failed, "error")
			but["anything-but"] = slices.Delete(but["anything-but"].([]any), i, i+1)
		})
		again.state = told.state
		all = append(all, again)
	}
	for _, name := range []string{"NotificationFailed", "States.Runtime", "States.DataLimitExceeded"} {
		all = append(all, either(name+" counts as told", func(_, _, failed object) {
			but := part(failed, "error")
			but["anything-but"] = append(but["anything-but"].([]any), name)
		}))
	}
	for _, id := range []string{"UnreportedEnd", "BlockedQueue"} {
		all = append(
			all,
			rule(id, "another source", func(pattern, _ object) { pattern["source"] = []any{"aws.other"} }),
			rule(id, "another type", func(pattern, _ object) { pattern["detail-type"] = []any{"Other"} }),
			rule(id, "sent elsewhere", func(_, target object) { target["Arn"] = "arn:aws:sns:eu-north-1:111122223333:another" }),
			rule(id, "no dead-letter queue", func(_, target object) { delete(target, "DeadLetterConfig") }),
			rule(
				id,
				"says nothing",
				func(_, target object) { target["InputTransformer"].(object)["InputTemplate"] = `"something happened"` },
			),
		)
	}
	return append(all,
		rule("UnreportedEnd", "does not say that a report may have arrived", func(_, target object) {
			transformer := target["InputTransformer"].(object)
			transformer["InputTemplate"] = strings.ReplaceAll(transformer["InputTemplate"].(string), defers, "")
		}),
		rule("BlockedQueue", "every queue", func(pattern, _ object) { delete(pattern, "detail") }),
		mutant{name: "no alarm on the dead-letter queue", template: func(t *template.Template) {
			delete(t.Resources, t.Named("WatchUndeliveredMessages").ID)
		}},
		mutant{name: "an alarm on the dead-letter queue that tells nobody", template: func(t *template.Template) {
			delete(t.Named("WatchUndeliveredMessages").Properties, "AlarmActions")
		}},
	)
}

// caught returns the first thing that the trials find wrong with an environment, and an
// error if the interpreter refuses it.
func (e environment) caught(ctx context.Context, trials []trial) (found, err error) {
	if found = errors.Join(e.checkBlockedQueue(), e.checkAlarm()); found != nil {
		return found, nil
	}
	for some := range slices.Chunk(trials, atOnce/4) {
		e.tryAll(ctx, some, func(tried trial, seen observed, failed error) {
			err = cmp.Or(err, failed)
			if found == nil {
				found = tried.check(seen)
			}
		})
		if found != nil || err != nil {
			break
		}
	}
	return found, err
}

func TestTheTrialsNoticeEveryMutant(t *testing.T) {
	trialsOf := map[string][]trial{"prod": matrix(routes...), "large": matrix(largeRoutes...)}
	for _, trials := range trialsOf {
		// In any order, so that a few of them already meet every kind of fault.
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(trials), func(i, j int) { trials[i], trials[j] = trials[j], trials[i] })
	}
	all, caught := mutants(), 0
	for _, m := range all {
		name := "prod"
		if m.state == submitLarge || m.state == submitLarges { // Which only this one has.
			name = "large"
		}
		trials := trialsOf[name]
		slices.SortStableFunc(trials, func(a, b trial) int { return cmp.Compare(distance(a, m), distance(b, m)) })
		found, err := m.environment(t, templates[name]).caught(t.Context(), trials)
		switch {
		case err != nil:
			t.Errorf("%s: %v", m.name, err)
		case found == nil:
			t.Errorf("%s: no trial noticed", m.name)
		default:
			caught++
			t.Logf("%s: %.200v", m.name, found)
		}
	}
	proof.Row(t, "planted", "mistakes in the state machine and the rules", len(all), caught)
}

// distance is 0 for the trials that meet the mutant's own state.
func distance(t trial, m mutant) int {
	if t.state == m.state {
		return 0
	}
	return 1
}
