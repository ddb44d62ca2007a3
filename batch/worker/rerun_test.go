package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// asRerun makes the job that of a run over the objects as failures of the run before it, as the
// planner has them.
func (j *testJob) asRerun(name string, kind contract.FailureKind) {
	j.t.Helper()
	j.asRun(name)
	for i := range j.objects {
		j.objects[i].Kind = kind
	}
}

func skipped(name string) contract.Result {
	return contract.Result{Key: "input/" + name, Status: contract.Skipped}
}

func TestTheRerunOfAJobThatWasStoppedSkipsWhatItHadDone(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	var made sync.WaitGroup // What is done before the job is stopped.
	made.Add(10)
	j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if key := keyOf(r); ctx.Err() == nil && (key == "input/10" || key == "input/11") {
			made.Wait()
			stop()
		}
		s3.ServeHTTP(w, r)
		if ctx.Err() == nil && r.Method == http.MethodPut && strings.HasPrefix(keyOf(r), "output/") {
			made.Done()
		}
	}, "upper")
	var want []contract.Result
	for i := range 12 {
		name := fmt.Sprintf("%02d", i)
		j.put(name, "content")
		if i < 10 {
			want = append(want, skipped(name))
		} else {
			want = append(want, done(name, 7, 7))
		}
	}
	if code, log := j.start(ctx); code != contract.ExitStopped {
		t.Fatalf("got exit code %d, want 143; the log:\n%s", code, log)
	}
	j.asRerun("again", contract.FailedNotReached)
	before := j.count("GET", "input/")
	j.wantResults(want...)
	if got := j.count("GET", "input/") - before; got != 2 {
		t.Errorf("%d objects were read again, want 2", got)
	}
}

func TestAFailureThatHasAnOutputByNowIsSkipped(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*testJob)
		want   contract.Result
		output string
	}{
		"the same content": {func(*testJob) {}, skipped("a"), "CONTENT"},
		"another command": {func(j *testJob) {
			j.command = append(j.command, "another")
		}, done("a", 7, 7), "CONTENT"},
		"another content since": {func(j *testJob) {
			j.putOnly("input/a", "longer content")
		}, done("a", 14, 14), "LONGER CONTENT"},
		"another content of which the output is": {func(j *testJob) {
			failed := j.objects
			j.objects = nil
			j.put("a", "longer content")
			j.asRun("between")
			j.finish()
			j.objects = failed
		}, skipped("a"), "LONGER CONTENT"},
		"gone since": {func(j *testJob) {
			j.s3.Delete(inBucket, "input/a")
		}, failed("a", contract.FailedGone, 0, "get s3://in/input/a"), "CONTENT"},
		"its ETag is not known": {func(j *testJob) {
			j.objects[0].ETag = ""
		}, done("a", 7, 7), "CONTENT"},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJob(t, "upper")
			j.put("a", "content")
			j.wantResults(done("a", 7, 7))
			test.change(j)
			j.asRerun("again", contract.FailedNotReached)
			got := j.finish()[0]
			if got.Status != test.want.Status || got.Kind != test.want.Kind || got.BytesIn != test.want.BytesIn {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			j.wantOutput("a", test.output)
		})
	}
}

func TestAFailureThatChangedSinceIsMadeAsItIsAndSkippedByTheNextRun(t *testing.T) {
	for name, content := range map[string]string{
		"small": "another content",
		"large": strings.Repeat("x", objects.PartMemory+1),
	} {
		t.Run(name, func(t *testing.T) {
			j := newJob(t, "upper")
			j.put("a", strings.Repeat("y", objects.PartMemory+7))
			now := j.putOnly("input/a", content)
			j.asRerun("again", contract.FailedExit)
			size := int64(len(content))
			j.wantResults(done("a", size, size))
			j.wantOutput("a", strings.ToUpper(content))

			j.asRun("nightly")
			j.objects = []contract.Object{{Key: "input/a", Size: now.Size, ETag: now.ETag}}
			j.wantResults(skipped("a"))
		})
	}
}
