package main

import (
	"math"
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/people"
)

// leaveAfter writes what a job does that has worked so long.
func (w fixture) leaveAfter(t *testing.T, shard int, took time.Duration, results []contract.Result) {
	t.Helper()
	run, err := contract.NewRun(w.settings.Runs, "demo")
	if err != nil {
		t.Fatal(err)
	}
	address := contract.ResultAddress(run.Results(), shard)
	effort := contract.Effort{Attempts: 1, Time: took}
	if _, err := w.files.Put(address.Bucket, address.Key, strings.NewReader(resultFile(t, results)), effort.Metadata()); err != nil {
		t.Fatal(err)
	}
}

// about reports whether the number is the wanted one to within 5 %.
func about(got, want float64) bool { return math.Abs(got-want) <= 0.05*want }

func TestTheReportSaysHowFastHowEvenAndHowLargeARunWas(t *testing.T) {
	w := newFixture(t)
	w.job.MemoryMiB = 2048
	var shards [][]contract.Object
	for i := range 5 {
		shards = append(shards, shardOf(i, 100))
	}
	w.plan(t, shards...)
	for i, shard := range shards[:4] {
		results := outcomesOf(shard, contract.Done)
		for k := range results {
			results[k].Milliseconds, results[k].PeakBytes = 40, 5<<20
		}
		results[0].Milliseconds, results[0].PeakBytes = 60_000, 1<<30
		w.leaveAfter(t, i, time.Duration(i+1)*10*time.Second, results)
	}
	w.segment(t, 1, contract.Segment{}) // Of a shard that has a result.
	_, report, _ := w.add(t, jobFailed)
	got := report.Performance
	if got.JobSeconds != 100 || got.ObjectsPerSecond != 4 || got.BytesPerSecond != 40 || got.MemoryMiB != 2048 {
		t.Errorf("got %+v, want 400 objects of 10 bytes in 100 s", got)
	}
	if !about(got.ShardSeconds.Median, 30) || got.ShardSeconds.Max != 40 {
		t.Errorf("got %+v, want 30 s and at most 40 s a shard", got.ShardSeconds)
	}
	if s := got.CommandSeconds; !about(s.Median, 0.04) || !about(s.P99, 60) || s.Max != 60 {
		t.Errorf("got %+v, want 40 ms, and a minute at most", s)
	}
	if s := got.CommandBytes; !about(s.Median, 5<<20) || !about(s.P99, 1<<30) || s.Max != 1<<30 {
		t.Errorf("got %+v, want 5 MiB, and 1 GiB at most", s)
	}
}

func TestFailuresAreCountedByTheWayInWhichTheyFailed(t *testing.T) {
	w := newFixture(t)
	first, second := shardOf(0, 4), shardOf(1, 2)
	w.plan(t, first, second)
	fail := func(object contract.Object, kind contract.FailureKind, code int) contract.Result {
		return contract.Result{Key: object.Key, Status: contract.Failed, Kind: kind, ExitCode: code, Reason: "why " + object.Key[6:10]}
	}
	w.leave(t, 0, []contract.Result{
		fail(first[0], contract.FailedTimeout, 0),
		fail(first[1], contract.FailedExit, 2),
		fail(first[2], contract.FailedExit, 1),
		fail(first[3], contract.FailedSignal, -1),
	})
	w.leave(t, 1, []contract.Result{fail(second[0], contract.FailedExit, 2), fail(second[1], contract.FailedTimeout, 0)})
	summary, report, _ := w.add(t, planned)
	if got, want := people.Failures(report.Failures), "2 exit code 2, 2 took too long, 1 exit code 1, 1 killed by a signal"; got != want ||
		!strings.Contains(summary.Subject, want[:40]) {
		t.Errorf("got %q and the subject %q, want %q", got, summary.Subject, want)
	}
	if got := report.Failures[0]; got.Key != first[1].Key || got.Reason != "exit code 2: why 0000" {
		t.Errorf("got %+v, want the first that failed so", got)
	}
}

func TestAMessageNamesAFewKindsOfFailures(t *testing.T) {
	var failures []contract.FailureCount
	for code := range 100 {
		failures = append(failures, contract.FailureCount{Kind: contract.FailedExit, ExitCode: code + 1, Objects: 1000})
	}
	if got := people.Failures(failures); !strings.HasSuffix(got, "1,000 exit code 6, …") {
		t.Errorf("got %q", got)
	}
	if got := people.Failures([]contract.FailureCount{{Objects: 2}}); got != "2 other" {
		t.Errorf("a job of an earlier version: got %q", got)
	}
}
