package main

import (
	"slices"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestADryRunIsPlannedAsARunAndHasNoJobs(t *testing.T) {
	w := newFixture(t)
	w.put(t, "input/a", "input/b", "input/c")
	put(t, w.files, "runs/measured.json", text(t, slow))
	run := w.planJob(t, "run", `{}`, gzip)
	dry := w.planJob(t, "dry", `{"dry_run":true}`, gzip)
	want := contract.DryRun{Shards: run.Shards, Objects: run.Objects, Bytes: run.Bytes}
	if dry.DryRun == nil || *dry.DryRun != want || dry.Forecast != run.Forecast {
		t.Errorf("got %+v and %+v, want %+v and %+v", dry.DryRun, dry.Forecast, want, run.Forecast)
	}
	if dry.Shards != 0 || dry.Objects != 0 || dry.Bytes != 0 {
		t.Errorf("got %+v, of which jobs would be submitted", dry)
	}
	if got, want := keys(w.planned(t, "dry")), keys(w.planned(t, "run")); !slices.Equal(got, want) {
		t.Errorf("its manifest has %q, want %q", got, want)
	}
}

func TestADryRunNeitherWaitsForARunNorKeepsOneFromStarting(t *testing.T) {
	w := locking(t)
	w.mustPlanNow(t, "dry", `{"dry_run":true}`)
	w.mustPlanNow(t, "run", `{}`)
	w.mustPlanNow(t, "beside", `{"dry_run":true}`)
	_, err := w.askNow(t, "second", `{}`)
	wantInvalid(t, err, "overlap", "run run")
}
