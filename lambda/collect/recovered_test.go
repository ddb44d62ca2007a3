package main

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects/objectstest"
	"batchjobwithlambda/test/account/s3"
)

// segment writes what a job of shard 0 leaves while it works, in its only segment.
func (w fixture) segment(t *testing.T, attempt int, segment contract.Segment) {
	t.Helper()
	name := contract.SegmentName{Attempt: attempt, Writer: "TEST"}
	run, err := contract.NewRun(w.settings.Runs, "demo")
	if err != nil {
		t.Fatal(err)
	}
	put(t, w.files, name.Address(run.Results()).Key, string(contract.AppendSegment(nil, segment)))
}

// output writes an object's output, of 4 bytes, as the run with the name makes it.
func (w fixture) output(t *testing.T, object contract.Object, run, etag string) {
	t.Helper()
	address, err := w.settings.Outputs(w.job.Command).Address(object.Key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.files.Put(address.Bucket, address.Key, strings.NewReader("made"), map[string]string{
		contract.MetadataRun:        run,
		contract.MetadataSourceETag: etag,
		contract.MetadataCommand:    contract.Command(w.job.Command).String(),
	}); err != nil {
		t.Fatal(err)
	}
}

const notReached = "not reached: the job ended before it after 1 attempt and 1 min 0 s of work (Array Child Job failed)"

func TestWhatAJobDidBeforeItEndedCounts(t *testing.T) {
	w := newFixture(t)
	shard := shardOf(0, 5)
	w.plan(t, shard)
	w.segment(t, 1, contract.Segment{Admitted: 4, Ended: true, Milliseconds: 60_000, Results: []contract.Result{
		{Key: shard[0].Key, Status: contract.Done, BytesIn: 10, BytesOut: 3},
		{Key: shard[1].Key, Status: contract.Skipped},
		{Key: shard[2].Key, Status: contract.Failed, Kind: contract.FailedTimeout, Reason: "took longer than 10m0s"},
	}})
	_, report, failed := w.add(t, jobFailed)
	if report.Done != 1 || report.Skipped != 1 || report.Failed != 3 || report.ShardsLost != 1 || report.BytesOut != 3 {
		t.Errorf("got %+v", report)
	}
	want := slices.Clone(shard[2:])
	want[0].Kind, want[0].Reason = contract.FailedTimeout, "took longer than 10m0s"
	for i := range want[1:] {
		want[i+1].Kind, want[i+1].Reason = contract.FailedNotReached, notReached
	}
	if !slices.Equal(failed, want) {
		t.Errorf("got %+v, want %+v", failed, want)
	}
}

func TestAnOutputThatWasMadeBeforeTheJobDiedIsDone(t *testing.T) {
	w := newFixture(t)
	shard := shardOf(0, 5)
	w.plan(t, shard)
	w.segment(t, 1, contract.Segment{Admitted: 4})
	w.output(t, shard[0], "demo", "of what it was then")
	w.output(t, shard[1], "earlier", "abc")
	w.output(t, shard[2], "earlier", "another")
	w.output(t, shard[4], "demo", "abc") // Which the job cannot have begun.
	_, report, failed := w.add(t, jobFailed)
	if report.Done != 1 || report.Skipped != 1 || report.BytesIn != 10 || report.BytesOut != 4 {
		t.Errorf("got %+v, want one done and one skipped", report)
	}
	if !slices.Equal(keys(failed), keys(shard[2:])) {
		t.Errorf("got %q, want %q", keys(failed), keys(shard[2:]))
	}
}

func TestAnOutputOfAFailureIsNotDoneByTheETagOfAnEarlierRun(t *testing.T) {
	w := newFixture(t)
	shard := shardOf(0, 2)
	for i := range shard {
		shard[i].Kind = contract.FailedExit
	}
	w.plan(t, shard)
	w.segment(t, 1, contract.Segment{Admitted: 2})
	w.output(t, shard[0], "demo", "of what it is now")
	w.output(t, shard[1], "earlier", "abc") // The object may have changed since.
	_, report, failed := w.add(t, jobFailed)
	if report.Done != 1 || !slices.Equal(keys(failed), keys(shard[1:])) {
		t.Errorf("got %+v, want only what this run has made to be done", report)
	}
}

func TestAnObjectThatTwoJobsDiedOfSaysSo(t *testing.T) {
	w := newFixture(t)
	shard := shardOf(0, 3)
	shard[2].Deaths = 1 // In the run before: so it waited to be tried last.
	w.plan(t, shard)
	w.segment(t, 1, contract.Segment{Admitted: 3})
	w.segment(t, 2, contract.Segment{Alone: shard[1].Key, Results: []contract.Result{{Key: shard[0].Key, Status: contract.Done}}})
	_, _, failed := w.add(t, jobFailed)
	want := []contract.Object{shard[1], shard[2]}
	want[0].Kind, want[0].Reason, want[0].Deaths = contract.FailedDied, contract.DiedReason, 2
	want[1].Kind, want[1].Deaths = contract.FailedNotReached, 1
	want[1].Reason = "not reached: the job ended before it after 2 attempts and 0.0 s of work (Array Child Job failed)"
	if !slices.Equal(failed, want) {
		t.Errorf("got %+v, want %+v", failed, want)
	}
}

func TestOnlyOutputsThatAJobMayHaveBegunAreAskedFor(t *testing.T) {
	var heads atomic.Int32
	w := newFixture(t, objectstest.Answer(http.MethodHead, ".gz", func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
		heads.Add(1)
		s3.ServeHTTP(rw, r)
	}))
	shard := shardOf(0, 1000)
	w.plan(t, shard)
	w.segment(t, 1, contract.Segment{Admitted: 200, Results: outcomesOf(shard[:150], contract.Done)})
	if _, report, _ := w.add(t, jobFailed); report.Done != 150 || heads.Load() != 50 {
		t.Errorf("got %d done and %d requests, want 150 and 50", report.Done, heads.Load())
	}
}

func TestAFunctionThatHasLittleTimeLeftAsksForNoOutputs(t *testing.T) {
	w := newFixture(t, objectstest.Answer(http.MethodHead, ".gz", func(http.ResponseWriter, *http.Request, http.Handler) {
		t.Error("an output was asked for")
	}))
	shard := shardOf(0, 2)
	w.plan(t, shard)
	w.segment(t, 1, contract.Segment{Admitted: 2, Results: outcomesOf(shard[:1], contract.Done)})
	run, err := contract.NewRun(w.settings.Runs, "demo")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	state := contract.RunState{Plan: contract.Plan{Shards: 1, Objects: 2}}
	jobs, err := w.openShards(ctx, run, w.job, state)
	if err != nil {
		t.Fatal(err)
	}
	if until := time.Until(jobs.askingEnd); until < 44*time.Minute || until > 45*time.Minute {
		t.Errorf("outputs are asked for in the next %s of an hour, want three quarters", until)
	}
	jobs.askingEnd = time.Now()
	if sum, err := jobs.read(ctx, 0); err != nil || sum.done != 1 || sum.failed != 1 {
		t.Errorf("got %+v and %v, want what the job has said", sum, err)
	}
}

func TestAnOutputThatS3RefusesIsNotKnownToBeMade(t *testing.T) {
	w := newFixture(t, objectstest.Answer(http.MethodHead, ".gz", func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) {
		rw.WriteHeader(http.StatusForbidden)
	}))
	shard := shardOf(0, 2)
	w.plan(t, shard)
	w.segment(t, 1, contract.Segment{Admitted: 1})
	w.output(t, shard[0], "demo", "abc")
	if _, report, failed := w.add(t, jobFailed); report.Failed != 2 || failed[0].Kind != contract.FailedNotReached {
		t.Errorf("got %+v, want both failed", failed)
	}
}

func TestNothingIsReportedWhileS3DoesNotAnswer(t *testing.T) {
	for _, test := range []struct{ method, suffix string }{{http.MethodGet, "-000000.jsonl"}, {http.MethodHead, ".gz"}} {
		w := newFixture(t, objectstest.Answer(test.method, test.suffix, func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
			_, _ = io.Copy(io.Discard, r.Body)
			s3.WriteError(rw, r, &s3.Error{Status: http.StatusInternalServerError, Code: "InternalError", Message: "by the test"})
		}))
		w.plan(t, shardOf(0, 2))
		w.segment(t, 1, contract.Segment{Admitted: 1})
		if summary, err := w.handle(t.Context(), w.request(t, jobFailed)); err == nil {
			t.Errorf("%s %s: got %+v, want S3's error", test.method, test.suffix, summary)
		}
	}
}

func TestColumnsTellWhetherAnOutputIsUpToDateAndStayWithAFailure(t *testing.T) {
	w := newFixture(t)
	w.job.Command = []string{"gzip", "-{column.level}"}
	level := func(value string) contract.Columns { return contract.NewColumns(map[string]string{"level": value}) }
	shard := shardOf(0, 3)
	for i := range shard {
		shard[i].Columns = level("9")
	}
	w.plan(t, shard)
	w.segment(t, 1, contract.Segment{Admitted: 3})
	for i, value := range []string{"9", "1"} {
		made := w
		made.job.Command = []string{"gzip", "-" + value}
		made.output(t, shard[i], "earlier", "abc")
	}
	_, report, failed := w.add(t, jobFailed)
	if report.Skipped != 1 || !slices.Equal(keys(failed), keys(shard[1:])) || failed[0].Columns != level("9") {
		t.Errorf("got %+v and the failures %+v, want the first skipped, and the others with their columns", report, failed)
	}
}
