package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestAStoppedJobLeavesNothingHalfWrittenAndTheNextAttemptGoesOn(t *testing.T) {
	fifo := newFIFO(t, scratchOf(t, "fifo"))
	var others sync.WaitGroup // Who have to be done before the object that hangs is there.
	others.Add(2)
	j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if getsB(r) {
			others.Wait()
		}
		s3.ServeHTTP(w, r)
		if key := keyOf(r); r.Method == http.MethodPut && (key == "output/a.out" || key == "output/c.out") {
			others.Done()
		}
	}, "hang", "hang", fifo)
	j.variables["CONCURRENCY"] = "1"
	big := "hang" + strings.Repeat("x", aPart+1<<16)
	j.put("a", "content")
	j.put("b", big)
	j.put("c", "content")
	j.plan()

	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	worker := exec.CommandContext(t.Context(), self, append([]string{asWorker}, j.arguments()...)...)
	worker.Env = append(append(os.Environ(), j.environment()...), "GORACE=atexit_sleep_ms=0") // Or it ends a second late.
	worker.Stderr = &log
	if err := worker.Start(); err != nil {
		t.Fatal(err)
	}
	hear(fifo) // The object that hangs is being worked on, and most of its output is written.
	if err := worker.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	err = worker.Wait()
	if ended, ok := errors.AsType[*exec.ExitError](err); !ok || ended.ExitCode() != contract.ExitStopped {
		t.Errorf("got %v, want exit code 143; the log:\n%s", err, &log)
	}
	if !strings.Contains(log.String(), "terminated") {
		t.Errorf("the log does not say what stopped the job:\n%s", &log)
	}
	j.wantOutputs("a", "c")
	j.wantCleanedUp()
	if j.isFinished() {
		t.Error("there is a result of a shard that is not finished")
	}

	if err := os.Remove(fifo); err != nil { // Now the command does not hang any more.
		t.Fatal(err)
	}
	j.wantResults(done("a", 7, 7), done("b", int64(len(big)), int64(len(big))), done("c", 7, 7))
	j.wantOutput("b", big)
	if a, c := j.count("GET", "input/a"), j.count("GET", "input/c"); a != 1 || c != 1 {
		t.Errorf("the objects that were done already were read %d and %d times, want once each", a, c)
	}
}

func TestAJobThatIsStoppedBeforeItBeginsDoesNothing(t *testing.T) {
	j := newJob(t, "upper")
	j.put("a", "content")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if code, log := j.start(ctx); code != contract.ExitStopped {
		t.Errorf("got exit code %d, want 143; the log:\n%s", code, log)
	}
	j.wantOutputs()
}

// stopper stops the job when its log says something.
type stopper struct {
	text string
	stop func()
}

func (s stopper) Write(line []byte) (int, error) {
	if strings.Contains(string(line), s.text) {
		s.stop()
	}
	return len(line), nil
}

func TestAJobThatIsStoppedBetweenTwoObjectsIsNotThrough(t *testing.T) {
	j := newJob(t, "fail", "1", "0", "")
	j.variables["CONCURRENCY"] = "1"
	j.put("a", "content")
	j.put("b", "content")
	j.plan()
	ctx, stop := context.WithCancel(t.Context())
	if code := run(ctx, j.arguments(), j.environment(), stopper{"object failed", stop}); code != contract.ExitStopped {
		t.Errorf("got exit code %d, want 143", code)
	}
	if j.isFinished() {
		t.Error("there is a result of a shard that is not finished")
	}
}

func TestWhatACommandLeavesRunningEndsWithIt(t *testing.T) {
	fifo := newFIFO(t, scratchOf(t, "fifo"))
	newFIFO(t, fifo+".started")
	j := newJob(t, "leave", fifo)
	j.put("a", "content")
	ended := make(chan struct{})
	go func() {
		hear(fifo) // Until nobody can write to it any more.
		close(ended)
	}()
	j.wantResults(done("a", 7, 0))
	<-ended
}
