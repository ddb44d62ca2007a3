package main

import (
	"log/slog"
	"sync"
	"time"

	"batchjobwithlambda/batch/contract"
)

// progressPause is how long the log is silent about objects that did not fail: a job
// of an hour writes 360 lines, and ten thousand of them can still be paid for.
const progressPause = 10 * time.Second

// progress counts what became of the objects, and tells the log about it.
type progress struct {
	log     *slog.Logger
	objects int
	started time.Time

	mu                    sync.Mutex
	told                  time.Time
	done, skipped, failed int
	bytesIn, bytesOut     int64
}

func newProgress(log *slog.Logger, shard int, objects []contract.Object) *progress {
	var bytes int64
	for _, object := range objects {
		bytes += object.Size
	}
	log.Info("started", "shard", shard, "objects", len(objects), "bytes", bytes)
	now := time.Now()
	return &progress{log: log, objects: len(objects), started: now, told: now}
}

func (p *progress) add(result contract.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch result.Status {
	case contract.Done:
		p.done++
	case contract.Skipped:
		p.skipped++
	case contract.Failed:
		p.failed++
		p.log.Warn("object failed", "key", result.Key, "exit_code", result.ExitCode, "reason", result.Reason)
	}
	p.bytesIn += result.BytesIn
	p.bytesOut += result.BytesOut
	if time.Since(p.told) >= progressPause {
		p.told = time.Now()
		p.tell("working")
	}
}

// end says that the shard is finished.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tell("finished")
}

func (p *progress) tell(message string) {
	p.log.Info(message, "objects", p.objects, "done", p.done, "skipped", p.skipped, "failed", p.failed,
		"bytes_in", p.bytesIn, "bytes_out", p.bytesOut, "seconds", time.Since(p.started).Seconds())
}
