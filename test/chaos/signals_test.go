package chaos

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// stopTimeout is how long a job has between SIGTERM and SIGKILL ("Job timeouts", AWS
// Batch User Guide).
const stopTimeout = 30 * time.Second

// stop is an execution in which a program gets a signal at one of its requests.
type stop struct {
	program, scene string
	// request is its number among the program's, from 1.
	request int32
	signal  syscall.Signal
	// done is whether S3 does what it is asked before the signal; the answer is never heard.
	done bool
	// last is whether the job has no attempt left after it.
	last bool
}

func (s stop) String() string {
	moment, then := "before", "then again"
	if s.done {
		moment = "after"
	}
	if s.last {
		then = "then no more"
	}
	return fmt.Sprintf("%s/%s/%v %s request %d, %s", s.program, s.scene, s.signal, moment, s.request, then)
}

// harm sends the signal, and leaves the request without an answer.
func (s stop) harm(f *fixture) (fault, *atomic.Int32) {
	var requests atomic.Int32
	return func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if f.isRunning() != s.program || requests.Add(1) != s.request {
			s3.ServeHTTP(rw, r)
			return
		}
		if s.done {
			s3.ServeHTTP(httptest.NewRecorder(), r)
		}
		io.Copy(io.Discard, r.Body)
		f.signal(s.signal)
		select {
		case <-r.Context().Done(): // It has let go of the request.
		case <-time.After(stopTimeout):
			f.report(wrong, "%s hangs on %s %s after %v", s.program, r.Method, r.URL, s.signal)
			f.signal(syscall.SIGKILL)
		}
		panic(http.ErrAbortHandler)
	}, &requests
}

// try returns what must not be.
func (s stop) try(ctx context.Context, p executables) ([]finding, error) {
	return scenes[s.scene].play(ctx, p, func(f *fixture, input string) execution {
		if s.last {
			f.attempts = 1
		}
		harm, requests := s.harm(f)
		f.suffer(harm)
		e := f.execute(ctx, "run", input)
		f.auditDone(e)
		if requests.Load() < s.request {
			f.report(wrong, "there were only %d requests", requests.Load())
		}
		if !s.last && f.begun < f.attempts && !f.finished(e) {
			f.report(lost, "the next attempt did not mend it: %v, %d objects failed", e.err, e.report.Failed)
		}
		return e
	})
}

func TestNoSignalLosesOrDuplicatesAnObject(t *testing.T) {
	tryAll(t, "SIGTERM and SIGKILL at each write", stops(soak() > 0))
}

// stops are a signal at each request, or if not all are wanted, a choice of them.
func stops(all bool) []stop {
	var list []stop
	number := 0
	for _, at := range []struct {
		program, scene string
		requests       int32 // There may be one more, of the worker.
		signals        []syscall.Signal
		every          int
	}{
		{"preprocess", "new objects", 4, []syscall.Signal{syscall.SIGKILL}, 1},
		{"worker", "new objects", 12, []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL}, 3},
		{"worker", "a large object", 13, []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL}, 11},
		{"worker", "a job that died", 8, []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL}, 3},
		{"worker", foldersScene, 15, []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL}, 3},
		{"preprocess", listScene, 9, []syscall.Signal{syscall.SIGKILL}, 5},
		{"worker", listScene, 14, []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL}, 7},
		{"worker", doneListScene, 20, []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL}, 19},
		{"worker", failingBatchScene, 16, []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL}, 3},
		{"worker", batchScene, 12, []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL}, 3},
		{"collect", "objects that fail", 7, []syscall.Signal{syscall.SIGKILL}, 1},
		{"collect", "a job that died for good", 12, []syscall.Signal{syscall.SIGKILL}, 2},
	} {
		for request := range at.requests {
			for _, signal := range at.signals {
				for _, done := range []bool{false, true} {
					for _, last := range []bool{false, true} {
						if last && at.program != "worker" { // Functions have no attempts.
							continue
						}
						if number++; all || number%at.every == 0 {
							list = append(list, stop{at.program, at.scene, request + 1, signal, done, last})
						}
					}
				}
			}
		}
	}
	return list
}
