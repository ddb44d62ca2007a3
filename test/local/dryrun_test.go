package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/statemachine"
)

// within is the factor to which the time that a dry run expects is right, over the objects of which the
// last run has measured about the same: what else takes time in a job is its start, which is counted
// with the objects, and the rest of the machine.
const within = 3

func TestADryRunStartsNothingAndExpectsTheTimeThatARunThenTakes(t *testing.T) {
	p := open(t, changed(t, command("sleep 0.4; cat")))
	texts := map[string]string{}
	for i := range 8 {
		texts[fmt.Sprint("object", i)] = "text\n"
	}
	p.put(t, texts)
	p.wantStatus(t, p.run(t, "measures", `{}`), statemachine.Succeeded, "")
	p.keepMeasured(t, "measures")

	jobs := p.jobs
	p.wantStatus(t, p.run(t, "dry", `{"dry_run":true,"force":true}`), statemachine.Succeeded, "")
	told := p.messages[len(p.messages)-1]
	if p.jobs != jobs || !strings.Contains(told.Subject, "DRY RUN: 8 objects, 40 B, in 2 jobs") {
		t.Errorf("%d jobs were submitted, and the subject is %q", p.jobs-jobs, told.Subject)
	}
	dry := p.report(t, "dry")
	if dry.DryRun == nil || dry.Forecast.Run != "measures" {
		t.Fatalf("got %+v, want a dry run by what run measures did", dry)
	}

	p.wantStatus(t, p.run(t, "run", `{"force":true}`), statemachine.Succeeded, "")
	expected, took := dry.Forecast.Time(dry.DryRun.Shards).Seconds(), p.report(t, "run").JobSeconds
	if took == 0 || expected > within*took || took > within*expected {
		t.Errorf("%.1f s were expected, and the jobs took %.1f s: want a factor of at most %d", expected, took, within)
	}
}

// keepMeasured keeps what the run has measured, although it was too short to keep that by itself.
func (p *pipeline) keepMeasured(t *testing.T, run string) {
	t.Helper()
	report := p.report(t, run)
	text, err := json.Marshal(contract.Measured{
		Command:  contract.Command(report.Command).String(),
		Estimate: contract.Estimate{Run: run, ObjectSeconds: report.JobSeconds / float64(report.Done), GiBSeconds: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	address := contract.MeasuredAddress(p.Runs)
	if _, err := p.store.Put(address.Bucket, address.Key, strings.NewReader(string(text)), nil); err != nil {
		t.Fatal(err)
	}
}
