package main

import (
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
)

// dry is the state of a run that only planned.
const dry = `{"batch_input":{"manifest":"s3://workspace/runs/demo/manifest.jsonl","results":"s3://workspace/runs/demo/results/"},` +
	`"origin":{"source":"prefix","address":"s3://files/input/","archived":2,"first_archived":["input/x"]},"shards":0,"objects":0,"bytes":0,` +
	`"dry_run":{"shards":12,"objects":3400,"bytes":5242880},"forecast":{"object_seconds":0.25,"gib_seconds":256,"shard_seconds":75}}`

func TestADryRunSaysWhatARunWouldDoAndNotThatItDidSo(t *testing.T) {
	w := newFixture(t)
	w.plan(t, shardOf(0, 1))
	summary, report, _ := w.add(t, dry)
	if want := "[dev/main] DRY RUN: 3,400 objects, 5.0 MiB, in 12 jobs; 2 archived and left out"; summary.Subject != want {
		t.Errorf("got the subject %q, want %q", summary.Subject, want)
	}
	for _, want := range []string{
		"DRY RUN: nothing was started.", "Objects: 3,400, with any that are done already\n", "Bytes: 5.0 MiB\n", "Jobs: 12\n",
		"Planned: 1 min 15 s for a job, by a guess", "Time of all jobs: 15 min 0 s\n", "Archived: 2 objects left out",
	} {
		if !strings.Contains(summary.Message, want) {
			t.Errorf("the message lacks %q:\n%s", want, summary.Message)
		}
	}
	if report.DryRun == nil || report.Outcome != contract.Succeeded || report.Objects != 0 || report.Shards != 0 {
		t.Errorf("got %+v, want the report of a dry run", report)
	}
	if kept := w.files.Keys(runBucket, "runs/measured.json"); len(kept) > 0 {
		t.Error("a dry run has measured something")
	}
}

func TestADryRunOfNothingSaysWhereItLooked(t *testing.T) {
	w := newFixture(t)
	w.plan(t, shardOf(0, 1))
	nothing := strings.NewReplacer(`"shards":12,"objects":3400,"bytes":5242880`, `"shards":0,"objects":0,"bytes":0`,
		`,"archived":2,"first_archived":["input/x"]`, ``).Replace(dry)
	summary, _, _ := w.add(t, nothing)
	if want := "[dev/main] DRY RUN: nothing to do: no objects below s3://files/input/"; summary.Subject != want {
		t.Errorf("got the subject %q, want %q", summary.Subject, want)
	}
	if strings.Contains(summary.Message, "Planned") {
		t.Errorf("it expects a time of no jobs:\n%s", summary.Message)
	}
}

func TestADryRunTellsWhatIsDoneAndWhatIsTooLarge(t *testing.T) {
	w := newFixture(t)
	w.plan(t, shardOf(0, 1))
	known := strings.NewReplacer(`"bytes":5242880`, `"bytes":5242880,"too_large":5,"first_too_large":["input/a","input/b"]`,
		`"archived":2`, `"made":1200,"archived":2`).Replace(dry)
	summary, _, _ := w.add(t, known)
	for _, want := range []string{
		"Objects: 3,400, without 1,200 that earlier runs have done\n",
		"Too large: 5 objects larger than a job's disk, which would fail, such as input/a, input/b\n",
	} {
		if !strings.Contains(summary.Message, want) {
			t.Errorf("the message lacks %q:\n%s", want, summary.Message)
		}
	}
}

func TestTheTimeOfAllJobsIsThatOfEachTogether(t *testing.T) {
	if got := (contract.Forecast{ShardSeconds: 1.5}).Time(4); got != 6*time.Second {
		t.Errorf("got %s, want 6s", got)
	}
}
