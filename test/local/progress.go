package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/people"
	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/sns"
	"batchjobwithlambda/test/account/statemachine"
)

// everyJob is up to how many jobs each has a line of its own; of more, the ticker
// tells.
const everyJob = 20

// progress says on one line what happens, when it happens.
type progress struct {
	out io.Writer

	mu sync.Mutex
	// outputs is what the path of a request begins with that writes an output; empty
	// until the bucket is known.
	outputs         string
	jobs, jobsEnded int
	jobsRunning     map[int]bool
	objects, bytes  int64
	// shown is the last sum that was printed.
	shown string
}

func (p *progress) print(format string, values ...any) {
	fmt.Fprintf(p.out, format+"\n", values...)
}

// observe prints an event of the account's.
func (p *progress) observe(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch event := event.(type) {
	case statemachine.Event:
		p.state(event)
	case batch.Event:
		p.job(event)
	case iam.Access:
		if event.Refused != nil {
			p.print("    refused: %v", event.Refused)
		}
	case sns.Message:
		if event.Subject == "" {
			p.print("\nfor the chat: %s\n", event.Message)
			return
		}
		p.print(
			"\n%s\n%s\n\n%s\n",
			event.Subject,
			strings.Repeat("-", len(event.Subject)),
			strings.TrimRight(event.Message, "\n"),
		)
	}
}

func (p *progress) state(event statemachine.Event) {
	switch event.Type {
	case "StateEntered":
		p.print("  %s", event.State)
	case "StateFailed":
		p.print("    %s: %s", event.Error, firstLine(event.Cause))
	case "StateRetried":
		p.print("    again")
	}
}

func (p *progress) job(event batch.Event) {
	switch {
	case event.Submitted > 0:
		p.jobs, p.jobsEnded, p.jobsRunning = event.Submitted, 0, map[int]bool{}
		p.print("    %d submitted", event.Submitted)
	case event.Started != nil:
		p.jobsRunning[event.Started.Index] = true
		if event.Started.Number > 1 {
			p.print("    shard %d: attempt %d", event.Started.Index, event.Started.Number)
		} else if p.jobs <= everyJob {
			p.print("    shard %d: running", event.Started.Index)
		}
	case event.Ended != nil:
		delete(p.jobsRunning, event.Ended.Index)
		p.jobsEnded++
		if event.Ended.Status == batch.Failed || p.jobs <= everyJob || p.jobsEnded == p.jobs {
			p.shown = p.sum()
			p.print("    shard %d: %s; %s", event.Ended.Index, event.Ended.Status, p.shown)
		}
	}
}

// sum tells how far the jobs are. The lock has to be held.
func (p *progress) sum() string {
	return fmt.Sprintf(
		"%d of %d shards, %d running; %d outputs, %s written",
		p.jobsEnded,
		p.jobs,
		len(p.jobsRunning),
		p.objects,
		people.Size(p.bytes),
	)
}

// tick shows every second what has changed, until it is stopped.
func (p *progress) tick() (stop func()) {
	ticker, done := time.NewTicker(time.Second), make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				p.mu.Lock()
				if sum := p.sum(); p.jobs > 0 && sum != p.shown {
					p.print("    %s", sum)
					p.shown = sum
				}
				p.mu.Unlock()
			}
		}
	}()
	return func() { ticker.Stop(); close(done) }
}

// watch sets where the outputs are to be counted.
func (p *progress) watch(outputs contract.Location) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.outputs = "/" + outputs.Bucket + "/" + outputs.Prefix
}

// countOutputs counts what the programs write below the output prefix.
func (p *progress) countOutputs(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		query := r.URL.Query()
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.outputs == "" || !strings.HasPrefix(r.URL.Path, p.outputs) {
			return
		}
		if r.Method == http.MethodPut {
			p.bytes += r.ContentLength
		}
		if r.Method == http.MethodPut && !query.Has("uploadId") || r.Method == http.MethodPost && query.Has("uploadId") {
			p.objects++
		}
	})
}

func (p *progress) end(result statemachine.Result) {
	p.print("%s", result.Status)
	if result.Error != "" {
		p.print("%s: %s", result.Error, firstLine(result.Cause))
	}
}

// report prints the run's report, if it has one: a run that planned nothing has none.
func (p *progress) report(folder outFolder, name string) {
	run := folder.pipeline.Files(name)
	text, err := folder.store.Read(run.Report().Bucket, run.Report().Key)
	if err != nil {
		return
	}
	var report contract.Report
	if err := json.Unmarshal(text, &report); err != nil {
		p.print("the report is broken: %v", err)
		return
	}
	if report.DryRun != nil { // The message has said what there is to say.
		p.print("report   %s", folder.runFile(run.Report()))
		return
	}
	p.print("objects  %d: %d done, %d skipped, %d failed", report.Objects, report.Done, report.Skipped, report.Failed)
	if made := report.Origin.Made; made > 0 {
		p.print("before   %d done by earlier runs, without a job", made)
	}
	p.print("bytes    %s in, %s out", people.Size(report.BytesIn), people.Size(report.BytesOut))
	p.print("time     %.1f s, %d shards", report.Seconds, report.Shards)
	p.print("outputs  %s", filepath.Join(folder.path, outputsFolder))
	p.print("report   %s", folder.runFile(run.Report()))
	if report.FailedManifest != "" {
		p.print("failed   %s", folder.runFile(run.Failed()))
		p.print("rerun    %s", people.Shell("go", "run", "./batch/operate", "rerun", name, "-local", folder.path))
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return fmt.Sprintf("%.200s", line)
}
