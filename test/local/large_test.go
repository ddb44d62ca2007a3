package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

// commands makes the command of all jobs a shell's script.
func commands(script string) change {
	return func(t *testing.T, changed *template.Template) {
		shell := contract.Command{"sh", "-c", script}
		editDefinition(t, changed, `"command":\[.*?\],"memory_mib`, `"command":`+shell.String()+`,"memory_mib`)
		for _, definition := range changed.OfType("AWS::Batch::JobDefinition") {
			at(t, definition.Properties, "ContainerProperties")["Command"] = append(
				[]string{"Ref::manifest", "Ref::results", "Ref::parameters"},
				shell...)
		}
	}
}

// greedy ends as Linux ends a command that takes too much memory: a "big" object the first time, and
// a "huge" one each time. A "bad" object fails in its own way.
func greedy(t *testing.T) change {
	died := `mkdir "%s/${OBJECT_KEY##*/}" 2>/dev/null`
	return commands(fmt.Sprintf(`read -r kind; [ "$kind" != bad ] || exit 3; `+
		`if [ "$kind" = huge ] || { [ "$kind" = big ] && `+died+`; }; then kill -KILL $$; fi; echo "$kind"`, t.TempDir()))
}

func openLarge(t *testing.T, changes ...change) *pipeline {
	t.Helper()
	return open(t, large.with(t, changes...))
}

func TestALargerJobTakesWhatRanOutOfMemoryInTheSameExecution(t *testing.T) {
	for shards, changes := range map[int][]change{
		1: {greedy(t)},
		3: {greedy(t), aJobForEachObject},
	} {
		p := openLarge(t, changes...)
		p.put(t, map[string]string{"a": "small\n", "b": "big\n", "c": "small\n", "d": "big\n"}) // Two of four.
		p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
		p.wantCounts(t, "run", 4, 0, 0)
		report := p.report(t, "run")
		if got := report.Large; got == nil || got.Objects != 2 || got.Failed != 0 || got.MemoryMiB != 16384 ||
			got.Shards != min(shards, 2) {
			t.Errorf("the report has of the larger jobs %+v", got)
		}
		if len(p.outputs(t)) != 4 || len(report.Failures) != 0 || report.FailedManifest != "" {
			t.Errorf("got the outputs %v, and the failures %v", p.outputs(t), report.Failures)
		}
		if len(p.messages) != 1 || !strings.Contains(p.messages[0].Message, "took 2 objects") {
			t.Errorf("got the messages %+v, want one that tells of 2 objects in larger jobs", p.messages)
		}
	}
}

func TestWhatFailsInALargerJobTooIsListedOnceWithTheRest(t *testing.T) {
	p := openLarge(t, greedy(t), aJobForEachObject)
	p.put(t, map[string]string{"a": "huge\n", "b": "bad\n", "c": "big\n", "d": "huge\n", "e": "bad\n", "f": "small\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, contract.ErrorObjects)
	p.wantCounts(t, "run", 2, 0, 4)
	report := p.report(t, "run")
	var failed []string
	for _, object := range report.FirstFailures {
		failed = append(failed, strings.TrimPrefix(object.Key, p.Input.Prefix)+" "+string(object.Kind))
	}
	if want := []string{"a memory", "b exit", "d memory", "e exit"}; !slices.Equal(failed, want) {
		t.Errorf("failed are %q, want %q", failed, want)
	}
	if !strings.Contains(report.FirstFailures[0].Reason, "16,384 MiB: Job.Large.MemoryMiB") {
		t.Errorf("the reason is %q, want that of the larger job", report.FirstFailures[0].Reason)
	}
	if report.Large.Failed != 2 || report.Large.Objects != 3 {
		t.Errorf("the report has of the larger jobs %+v", report.Large)
	}
}

func TestARunThatRunsOutOfNoMemoryStartsNoLargerJob(t *testing.T) {
	p := openLarge(t, greedy(t))
	p.put(t, map[string]string{"a": "small\n", "b": "bad\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, contract.ErrorObjects)
	if report := p.report(t, "run"); report.Large != nil || p.jobs != 1 {
		t.Errorf("the run had %d jobs, and %+v", p.jobs, report.Large)
	}
}

// The larger job may not read its plan, so that it does nothing.
func TestTheFirstRoundsResultsStandWhenTheLargerJobFails(t *testing.T) {
	p := openLarge(t, greedy(t), withoutPermission("JobRoleJobPolicy", "ReadLargePlan", "s3:GetObject"))
	p.put(t, map[string]string{"a": "big\n", "b": "small\n", "c": "bad\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, contract.ErrorObjects)
	p.wantCounts(t, "run", 1, 0, 2)
	report := p.report(t, "run")
	if first := report.FirstFailures[0]; first.Kind != contract.FailedMemory || !strings.Contains(first.Reason, "2,048 MiB") {
		t.Errorf("the first failure is %+v, want that of the first round", first)
	}
	if report.JobError == nil || report.Large == nil || report.Large.Failed != 1 {
		t.Errorf("the report has the job's error %v, and of the larger jobs %+v", report.JobError, report.Large)
	}
}

func TestWhatALargerJobIsAllowedIsNeededForIt(t *testing.T) {
	p := openLarge(t, greedy(t))
	p.put(t, map[string]string{"a": "big\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
	policies := policiesOf(t, large)
	var requests []iam.Request
	for _, access := range p.accesses {
		requests = append(requests, access.Request)
	}
	found := 0
	for _, each := range pieces(policies, iam.Allow) {
		name := each.statementName(policies)
		if !strings.Contains(name, "LargePlan") && !strings.Contains(each.resource, "LargeDefinition") {
			continue
		}
		found++
		if each.action != "s3:AbortMultipartUpload" && !each.isNeeded(policies, requests) {
			t.Errorf("%s: nothing needs %s", name, each)
		}
	}
	if found != 5 { // To submit and to tag the job, to read its plan, and to write it or give that up.
		t.Errorf("got %d permissions of larger jobs, want 5", found)
	}
}
