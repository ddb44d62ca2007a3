package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// hungry are results of which those with the numbers ran out of memory.
func hungry(list []contract.Object, numbers ...int) []contract.Result {
	results := outcomesOf(list, contract.Done)
	for _, n := range numbers {
		results[n] = contract.Result{
			Key: list[n].Key, Status: contract.Failed, ExitCode: -1, Kind: contract.FailedMemory, Reason: "killed (2,048 MiB)",
		}
	}
	return results
}

func (w fixture) withLarge(t *testing.T, state string) contract.CollectRequest {
	t.Helper()
	asked := w.request(t, state)
	asked.Job.OutOfMemory = contract.LargeJob{VCPU: 4, MemoryMiB: 16384}
	return asked
}

// secondRound plans the second round of a run with two shards of five objects, of which numbers 1
// and 3 ran out of memory in each, and number 4 failed otherwise.
func (w fixture) secondRound(t *testing.T) (contract.CollectRequest, contract.RunState) {
	t.Helper()
	shards := [][]contract.Object{shardOf(0, 5), shardOf(1, 5)}
	w.plan(t, shards...)
	for i, shard := range shards {
		results := hungry(shard, 1, 3)
		results[4] = outcomesOf(shard, contract.Failed)[4]
		w.leave(t, i, results)
	}
	asked := w.withLarge(t, planned)
	summary, err := w.handle(t.Context(), asked)
	if err != nil || summary.Large == nil || summary.Outcome != "" {
		t.Fatalf("got %+v and %v, want a second round", summary, err)
	}
	state := *summary.Large
	if asked.State, err = json.Marshal(state); err != nil {
		t.Fatal(err)
	}
	return asked, state
}

func TestTheSecondRoundHasExactlyWhatRanOutOfMemory(t *testing.T) {
	w := newFixture(t)
	_, state := w.secondRound(t)
	if state.Objects != 4 || state.Shards != 2 || state.Bytes != 40 || state.First == nil ||
		state.BatchInput.Manifest != "s3://workspace/runs/demo/large.jsonl" ||
		state.BatchInput.Results != "s3://workspace/runs/demo/results/large/" {
		t.Errorf("the second round is %+v", state)
	}
	var keys []string
	for object, err := range contract.ReadManifest(strings.NewReader(read(t, w.files, "runs/demo/large.jsonl"))) {
		if err != nil || object.Kind != contract.FailedMemory {
			t.Fatalf("got %+v and %v", object, err)
		}
		keys = append(keys, object.Key)
	}
	if want := []string{"input/0000/0001\n", "input/0000/0003\n", "input/0001/0001\n", "input/0001/0003\n"}; !slices.Equal(keys, want) {
		t.Errorf("got %q, want %q", keys, want)
	}
	entries, err := contract.ReadIndex(strings.NewReader(read(t, w.files, "runs/demo/large.index")))
	if err != nil || len(entries) != 2 || entries[0].Objects != 2 || entries[1].Objects != 2 {
		t.Errorf("the index is %+v, %v", entries, err)
	}
	if slices.Contains(w.files.Keys(runBucket, "runs/demo/"), "runs/demo/report.json") {
		t.Error("there is a report, with which the run's lock would end")
	}
}

func TestBothRoundsAreCountedOnceInTheOrderOfTheManifest(t *testing.T) {
	w := newFixture(t)
	asked, _ := w.secondRound(t)
	large := []contract.Object{{Key: "input/0000/0001\n", Size: 10}, {Key: "input/0000/0003\n", Size: 10}}
	put(t, w.files, "runs/demo/results/large/0.jsonl", resultFile(t, hungry(large, 1)))
	// The second shard was not reached.
	summary, err := w.handle(t.Context(), asked)
	if err != nil || summary.Large != nil {
		t.Fatalf("got %+v and %v, want the sum", summary, err)
	}
	var report contract.Report
	if err := json.Unmarshal([]byte(read(t, w.files, "runs/demo/report.json")), &report); err != nil {
		t.Fatal(err)
	}
	if report.Objects != 10 || report.Done != 5 || report.Failed != 5 || report.Shards != 2 {
		t.Errorf("the report is %+v", report)
	}
	if l := report.Large; l == nil || l.Objects != 4 || l.Failed != 3 || l.Shards != 2 || l.MemoryMiB != 16384 {
		t.Errorf("of the larger jobs it has %+v", l)
	}
	var failed []string
	for object, err := range contract.ReadManifest(strings.NewReader(read(t, w.files, "runs/demo/failed.jsonl"))) {
		if err != nil {
			t.Fatal(err)
		}
		failed = append(failed, fmt.Sprintf("%s %s", object.Key[len("input/"):len(object.Key)-1], object.Kind))
	}
	want := []string{"0000/0003 memory", "0000/0004 exit", "0001/0001 memory", "0001/0003 memory", "0001/0004 exit"}
	if !slices.Equal(failed, want) {
		t.Errorf("failed are %q, want %q", failed, want)
	}
	if counted := report.Failures[0]; counted.Kind != contract.FailedMemory || counted.Objects != 3 {
		t.Errorf("the commonest failure is %+v, want 3 for want of memory", counted)
	}
}

func TestNoLargerJobIsAskedForWithoutNeed(t *testing.T) {
	w := newFixture(t)
	shard := shardOf(0, 3)
	w.plan(t, shard)
	for name, test := range map[string]struct {
		results []contract.Result
		asked   func() contract.CollectRequest
	}{
		"nothing ran out of memory": {outcomesOf(shard, contract.Failed), func() contract.CollectRequest { return w.withLarge(t, planned) }},
		"there is no larger job":    {hungry(shard, 0), func() contract.CollectRequest { return w.request(t, planned) }},
		"the first jobs may go on": {hungry(shard, 0), func() contract.CollectRequest {
			return w.withLarge(t, planned[:len(planned)-1]+`,"job_error":{"Error":"JobsGoOn","Cause":"x"}}`)
		}},
	} {
		w.leave(t, 0, test.results)
		summary, err := w.handle(t.Context(), test.asked())
		if err != nil || summary.Large != nil || summary.Outcome != contract.RunFailed {
			t.Errorf("%s: got %+v and %v", name, summary, err)
		}
	}
}

func TestOnlyWhatRanOutOfMemoryHasTheResultsReadOnceMore(t *testing.T) {
	shard := shardOf(0, 3)
	// reads is how often a shard's result is read when a run is added up, or its second round planned.
	reads := func(results []contract.Result, asked func(fixture) contract.CollectRequest) (times int32, planned bool) {
		var gets atomic.Int32
		w := newFixture(t, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/results/0.jsonl") {
					gets.Add(1)
				}
				next.ServeHTTP(rw, r)
			})
		})
		w.plan(t, shard)
		w.leave(t, 0, results)
		summary, err := w.handle(t.Context(), asked(w))
		if err != nil {
			t.Fatal(err)
		}
		if summary.Large != nil && slices.Contains(w.files.Keys(runBucket, "runs/demo/"), "runs/demo/failed.jsonl") {
			t.Error("there is a list of failures, which the second round may make out of date")
		}
		return gets.Load(), summary.Large != nil
	}
	without := func(w fixture) contract.CollectRequest { return w.request(t, planned) }
	with := func(w fixture) contract.CollectRequest { return w.withLarge(t, planned) }
	common := outcomesOf(shard, contract.Done, contract.Failed)
	want, _ := reads(common, without)
	if got, second := reads(common, with); got != want || second {
		t.Errorf("got %d reads and %v for a second round, want %d as without a larger job", got, second, want)
	}
	if got, second := reads(hungry(shard, 1), with); got != 2 || !second {
		t.Errorf("got %d reads and %v for a second round, want 2 if something ran out of memory", got, second)
	}
}
