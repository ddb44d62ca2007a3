package main

import (
	"reflect"
	"slices"
	"strings"
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
	if !reflect.DeepEqual(dry.DryRun, &want) || dry.Forecast != run.Forecast {
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

func TestADryRunTellsWhichObjectsAreTooLargeForAJobsDisk(t *testing.T) {
	inFile := contract.Job{Command: []string{"convert", contract.InFile}}
	batch := contract.Job{Command: []string{"convert", contract.InFiles, contract.OutDir}}
	for name, test := range map[string]struct {
		job  contract.Job
		disk int
		want []string
	}{
		"a file":        {inFile, 1, []string{"input/large", "input/larger"}},
		"a batch":       {batch, 1, []string{"input/large", "input/larger"}},
		"a larger disk": {inFile, 3, nil},
		"a stream":      {gzip, 1, nil},
		"not known":     {inFile, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			w.settings.JobDiskGiB = test.disk
			w.putReport(t,
				contract.Object{Key: "input/fits", Size: 1 << 30, ETag: "a"},
				contract.Object{Key: "input/large", Size: 1<<30 + 1, ETag: "b"},
				contract.Object{Key: "input/larger", Size: 3 << 30, ETag: "c"})
			input := strings.TrimSuffix(ofInventory, "}") + `,"dry_run":true}`
			would := w.planJob(t, "demo", input, test.job).DryRun
			if would.TooLarge != int64(len(test.want)) || !slices.Equal(would.FirstTooLarge, test.want) {
				t.Errorf("got %+v, want that %q are too large", would, test.want)
			}
		})
	}
}
