package chaos

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"strings"

	"batchjobwithlambda/batch/contract"
)

// audit holds a report against what is there.
func (f *fixture) audit(e execution) {
	failed := map[string]bool{}
	for _, key := range f.manifest("runs/" + e.name + "/failed.jsonl") {
		failed[key] = true
	}
	f.auditCounts(e, failed)
	f.auditResults(e, failed)
}

// auditCounts looks for objects that a report has lost.
func (f *fixture) auditCounts(e execution, failed map[string]bool) {
	r, planned := e.report, f.manifest("runs/"+e.name+"/manifest.jsonl")
	if f.ofRows(e.input) && len(planned) != len(f.rows) {
		f.report(lost, "%s: the list has %d rows, and the manifest %d objects", e.name, len(f.rows), len(planned))
	}
	if r.Objects != e.plan.Objects || r.Objects != int64(len(planned)) || r.Objects != r.Done+r.Skipped+r.Failed {
		f.report(lost, "%s: %d objects were planned, the manifest has %d; the report has %d: %d done, %d skipped, %d failed",
			e.name, e.plan.Objects, len(planned), r.Objects, r.Done, r.Skipped, r.Failed)
	}
	if r.Failed != int64(len(failed)) {
		f.report(lost, "%s: %d objects failed, and the list has %d", e.name, r.Failed, len(failed))
	}
	if (r.Failed > 0) != (r.Outcome == contract.RunFailed) {
		f.report(wrong, "%s: %d objects failed, and the outcome is %s", e.name, r.Failed, r.Outcome)
	}
	for _, key := range planned {
		output, ok := f.output(key)
		if !failed[key] && (!ok || !f.mayBe(outputKey(key), output)) {
			f.report(lost, "%s: %s counts as done, and its output is not there", e.name, key)
		}
	}
}

// auditDone looks for outputs that the run has made and counts as failed, or has made twice,
// which it must not unless S3 has refused or lost something.
func (f *fixture) auditDone(e execution) {
	for _, key := range f.manifest("runs/" + e.name + "/failed.jsonl") {
		if output, ok := f.s3.Get(bucket, f.completing(key)); ok && output.Metadata[contract.MetadataRun] == e.name {
			f.report(lost, "%s: %s counts as failed, and the run has made its output", e.name, key)
		}
	}
	f.mu.Lock()
	stored := maps.Clone(f.stored)
	f.mu.Unlock()
	for output, times := range stored {
		if strings.HasPrefix(output, e.name+" ") && times > 1 {
			f.report(duplicated, "%s was stored %d times", output, times)
		}
	}
}

// auditResults looks for objects that count twice.
func (f *fixture) auditResults(e execution, failed map[string]bool) {
	seen := map[string]bool{}
	for result := range f.results(e) {
		if seen[result.Key] || (result.Status == contract.Failed) != failed[result.Key] {
			f.report(duplicated, "%s: %s is %s in its shard's result; in another's: %v; among the failures: %v",
				e.name, result.Key, result.Status, seen[result.Key], failed[result.Key])
		}
		seen[result.Key] = true
	}
}

// results yields what the shards of the run left, each as far as it can be read.
func (f *fixture) results(e execution) iter.Seq[contract.Result] {
	return func(yield func(contract.Result) bool) {
		for shard := range e.plan.Shards {
			file, _ := f.read(fmt.Sprintf("runs/%s/results/%d.jsonl", e.name, shard))
			for result, err := range contract.ReadResults(strings.NewReader(file)) {
				if err != nil {
					f.report(wrong, "%s: shard %d left a broken result: %v", e.name, shard, err)
					break
				}
				if !yield(result) {
					return
				}
			}
		}
	}
}

// manifest returns the keys of a manifest; none if it is not there.
func (f *fixture) manifest(key string) []string {
	file, _ := f.read(key)
	var keys []string
	for object, err := range contract.ReadManifest(strings.NewReader(file)) {
		if err != nil {
			f.report(wrong, "%s: %v", key, err)
			break
		}
		keys = append(keys, object.Key)
	}
	return keys
}

// mend does what a person would after a failed execution, until there is nothing left
// to do: run the failures again, or everything if nobody knows what failed. Then each
// object has to be as it is after a run without faults.
func (f *fixture) mend(ctx context.Context, e execution) {
	f.suffer(nil)
	first := e.input
	for again := 2; !f.finished(e); again++ {
		input := e.input
		if e.err == nil {
			input = fmt.Sprintf(`{"manifest":%q}`, e.report.FailedManifest)
		}
		if again > 4 {
			f.report(lost, "after %d runs without faults there is still %v, %d failed", again-2, e.err, e.report.Failed)
			break
		}
		e = f.execute(ctx, fmt.Sprintf("again-%d", again), input)
	}
	if f.ofRows(first) {
		f.runOnceMore(ctx, first)
	}
	f.compare()
}

// finished is whether only the objects failed that are gone, or that the command fails on.
func (f *fixture) finished(e execution) bool {
	if e.err != nil {
		return false
	}
	if e.report.Failed == 0 {
		return true
	}
	for _, key := range f.manifest("runs/" + e.name + "/failed.jsonl") {
		if _, ok := f.makes(key); ok {
			return false
		}
	}
	return true
}

// compare holds the outputs against those of a run without faults.
func (f *fixture) compare() {
	for _, key := range f.s3.Keys(bucket, "input/") {
		want, ok := f.makes(key)
		got, there := f.output(key)
		switch {
		case ok && !there:
			f.report(lost, "%s has no output", key)
		case ok && got != want:
			f.report(different, "%s has an output of %d bytes, and of %d after a run without faults", key, len(got), len(want))
		}
	}
}
