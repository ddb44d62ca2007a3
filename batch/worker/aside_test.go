package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// failsAt has S3 fail at the requests, the first times of them, and counts them.
func failsAt(on func(*http.Request) bool, times int32, count *atomic.Int32) fault {
	return func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if on(r) {
			if count.Add(1) <= times {
				answer(w, http.StatusInternalServerError, "InternalError")
				return
			}
		}
		s3.ServeHTTP(w, r)
	}
}

func TestAnObjectAtWhichS3FailsForAWhileIsDoneAtTheEnd(t *testing.T) {
	for name, on := range map[string]func(*http.Request) bool{"an input": getsB, "an output": putsB} {
		t.Run(name, func(t *testing.T) {
			var count atomic.Int32
			j := newJobWith(t, failsAt(on, 1, &count), "upper")
			for _, name := range []string{"a", "b", "c"} {
				j.put(name, "content")
			}
			j.wantResults(done("a", 7, 7), done("b", 7, 7), done("c", 7, 7))
			if count.Load() != 2 {
				t.Errorf("got %d requests, want 2", count.Load())
			}
		})
	}
}

func TestAnOutputThatWasStoredWithoutAnAnswerIsNotMadeAgain(t *testing.T) {
	j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		s3.ServeHTTP(w, r)
		if putsB(r) {
			panic(http.ErrAbortHandler)
		}
	}, "upper")
	for _, name := range []string{"a", "b", "c"} {
		j.put(name, "content")
	}
	j.wantResults(done("a", 7, 7), done("b", 7, 7), done("c", 7, 7))
	if puts := j.count(http.MethodPut, "output/b"); puts != 1 {
		t.Errorf("the output was stored %d times, want once", puts)
	}
}

func TestAFewObjectsAtWhichS3FailsAreNotTakenForAll(t *testing.T) {
	const few = maxInARow - 1
	j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if strings.HasPrefix(keyOf(r), "input/bad") {
			answer(w, http.StatusInternalServerError, "InternalError")
			return
		}
		s3.ServeHTTP(w, r)
	}, "upper")
	j.put("good", "content")
	for i := range few {
		j.put(fmt.Sprint("bad", i), "content")
	}
	results := j.finish()
	for i, result := range results[:few] {
		if result.Kind != contract.FailedS3 {
			t.Errorf("object %d: got %+v, want the kind %s", i, result, contract.FailedS3)
		}
	}
	if good := results[few]; good.Status != contract.Done {
		t.Errorf("got %+v, want %s", good, contract.Done)
	}
}

func TestS3ThatFailsAtOneObjectAfterTheOtherEndsTheAttemptBeforeAllAreTried(t *testing.T) {
	var count atomic.Int32
	j := newJobWith(t, failsAt(func(r *http.Request) bool { return strings.HasPrefix(keyOf(r), "input/") }, 1<<20, &count), "upper")
	const all = 3 * maxUnderWay
	for i := range all {
		j.put(fmt.Sprint(i), "content")
	}
	if code, log := j.start(t.Context()); code != contract.ExitTryAgain {
		t.Errorf("got exit code %d, want 75; the log:\n%s", code, log)
	}
	if count.Load() > maxUnderWay+maxInARow || j.isFinished() {
		t.Errorf("got %d requests for inputs, and %v that the shard is finished", count.Load(), j.isFinished())
	}
}

func TestObjectsAreTakenForAllByHowManyFailInARow(t *testing.T) {
	var a aside
	for i := range maxInARow - 1 {
		a.failedAt(i)
		if !a.failedAt(i) { // Twice at one is once.
			t.Errorf("the failure at object %d is taken for one of all", i)
		}
	}
	a.worked()
	if !a.failedAt(maxInARow) {
		t.Error("an object at which S3 worked does not count")
	}
	for i := range maxInARow - 2 {
		a.failedAt(i)
	}
	if a.failedAt(maxInARow + 1) {
		t.Error("S3 failed at so many objects in a row, and that is not taken for a failure of all")
	}
}
