package main

import (
	"cmp"
	"slices"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/lambda/internal/histogram"
)

// keptFailures is how many failures of a shard are kept until it is their turn to be
// written; a shard with more is read again then. The failures of as many shards as are
// read at once have to fit in memory, each of up to 2 KiB.
const keptFailures = 1000

// counts are how many objects there are of each outcome, and the bytes of those that are done.
type counts struct {
	done, skipped, failed int64
	bytesIn, bytesOut     int64
}

func (c *counts) add(others counts) {
	c.done += others.done
	c.skipped += others.skipped
	c.failed += others.failed
	c.bytesIn += others.bytesIn
	c.bytesOut += others.bytesOut
}

// addTo adds the counts to those of the report.
func (c counts) addTo(report *contract.Report) {
	report.Done += c.done
	report.Skipped += c.skipped
	report.Failed += c.failed
	report.BytesIn += c.bytesIn
	report.BytesOut += c.bytesOut
}

// tally is what became of a shard's objects.
type tally struct {
	counts
	// lost says why the shard's result does not count, and is empty if it does.
	lost   string
	effort contract.Effort
	// failures are the first [keptFailures] of the objects that failed.
	failures []contract.Object
	ways     ways
	// milliseconds are how long the command worked on each object, and memory the bytes that it
	// had at most.
	milliseconds, memory histogram.Histogram
	fit                  fit
}

// add adds what became of an object.
func (t *tally) add(object outcome) {
	switch object.result.Status {
	case contract.Done:
		t.done++
		t.bytesIn += object.result.BytesIn
		t.bytesOut += object.result.BytesOut
	case contract.Skipped:
		t.skipped++
	case contract.Failed:
		t.failed++
		failure := object.failure()
		t.ways.add(object.result, failure)
		if len(t.failures) < keptFailures {
			t.failures = append(t.failures, failure)
		}
	}
	if object.result.PeakBytes > 0 { // Else the command was not run.
		t.milliseconds.Add(object.result.Milliseconds)
		t.memory.Add(object.result.PeakBytes)
		t.fit.add(float64(object.Size)/(1<<30), float64(object.result.Milliseconds)/1000)
	}
}

// way is in which way objects fail, of which there are not many.
type way struct {
	kind     contract.FailureKind
	exitCode int
}

// ways counts the ways, each with the first object that failed so.
type ways map[way]*contract.FailureCount

func (w *ways) add(result contract.Result, failure contract.Object) {
	key := way{kind: result.Kind}
	if result.Kind == contract.FailedExit {
		key.exitCode = result.ExitCode
	}
	w.count(key, contract.FailureCount{
		Kind:     key.kind,
		ExitCode: key.exitCode,
		Objects:  1,
		Key:      failure.Key,
		Reason:   failure.Reason,
	})
}

func (w *ways) count(key way, failures contract.FailureCount) {
	if *w == nil {
		*w = ways{}
	}
	if known := (*w)[key]; known != nil {
		known.Objects += failures.Objects
		return
	}
	(*w)[key] = &failures
}

// merge adds what comes later in the manifest.
func (w *ways) merge(later ways) {
	for key, failures := range later {
		w.count(key, *failures)
	}
}

// list has the commonest way first.
func (w *ways) list() []contract.FailureCount {
	var list []contract.FailureCount
	for _, failures := range *w {
		list = append(list, *failures)
	}
	slices.SortFunc(list, func(a, b contract.FailureCount) int {
		return cmp.Or(
			cmp.Compare(b.Objects, a.Objects), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ExitCode, b.ExitCode),
		)
	})
	return list
}

// measures are what the tallies of all shards say about the run's performance.
type measures struct {
	work                         time.Duration
	shards, milliseconds, memory histogram.Histogram
	ways                         ways
	fit                          fit
}

func (m *measures) add(shard *tally) {
	m.work += shard.effort.Time
	if shard.effort.Attempts > 0 {
		m.shards.Add(shard.effort.Time.Milliseconds())
	}
	m.milliseconds.Merge(&shard.milliseconds)
	m.memory.Merge(&shard.memory)
	m.ways.merge(shard.ways)
	m.fit.merge(shard.fit)
}

// performance is that of a run of which so much was done.
func (m *measures) performance(done, bytes int64, memoryMiB int) contract.Performance {
	const milli = 1e-3
	p := contract.Performance{
		JobSeconds:     m.work.Seconds(),
		ShardSeconds:   spread(&m.shards, milli),
		CommandSeconds: spread(&m.milliseconds, milli),
		CommandBytes:   spread(&m.memory, 1),
		MemoryMiB:      memoryMiB,
	}
	if p.JobSeconds > 0 {
		p.ObjectsPerSecond = float64(done) / p.JobSeconds
		p.BytesPerSecond = float64(bytes) / p.JobSeconds
	}
	return p
}

func spread(h *histogram.Histogram, unit float64) contract.Spread {
	return contract.Spread{
		Median: float64(h.Quantile(0.5)) * unit,
		P99:    float64(h.Quantile(0.99)) * unit,
		Max:    float64(h.Max()) * unit,
	}
}
