package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// attemptIs makes the job's next attempt the one with the number.
func (j *testJob) attemptIs(number int) { j.variables["AWS_BATCH_JOB_ATTEMPT"] = strconv.Itoa(number) }

// left puts a segment that an attempt has left.
func (j *testJob) left(attempt, number int, segment contract.Segment) {
	j.t.Helper()
	name := contract.SegmentName{Attempt: attempt, Writer: "TEST", Number: number}
	j.putOnly(name.Address(j.run.Results()).Key, string(contract.AppendSegment(nil, segment)))
}

// segments are what the attempt with the number has left, in the order of their keys.
func (j *testJob) segments(attempt int) []contract.Segment {
	j.t.Helper()
	var found []contract.Segment
	all := j.allSegments()
	for _, name := range slices.SortedFunc(maps.Keys(all), func(a, b contract.SegmentName) int {
		return strings.Compare(a.Address(j.run.Results()).Key, b.Address(j.run.Results()).Key)
	}) {
		if name.Attempt == attempt {
			found = append(found, all[name])
		}
	}
	return found
}

func (j *testJob) allSegments() map[contract.SegmentName]contract.Segment {
	j.t.Helper()
	found := map[contract.SegmentName]contract.Segment{}
	for _, key := range j.s3.Keys(runBucket, j.run.Results().Prefix+"0/") {
		name, err := contract.ParseSegmentName(j.run.Results(), key)
		if err != nil {
			j.t.Fatal(err)
		}
		file, err := j.s3.Read(runBucket, key)
		if err != nil {
			j.t.Fatal(err)
		}
		if found[name], err = contract.ReadSegment(bytes.NewReader(file)); err != nil {
			j.t.Fatal(err)
		}
	}
	return found
}

func keysOf(results []contract.Result) []string {
	var keys []string
	for _, result := range results {
		keys = append(keys, strings.TrimPrefix(result.Key, "input/"))
	}
	slices.Sort(keys)
	return keys
}

func TestASmallShardCostsOneSegmentAndOnlyBeforeItsFirstObject(t *testing.T) {
	j := newJob(t, "upper")
	for _, name := range []string{"a", "b", "c"} {
		j.put(name, "content")
	}
	j.finish()
	if got := j.count("PUT", "runs/first/results/0/"); got != 1 {
		t.Errorf("got %d segments, want 1", got)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range j.requests {
		if strings.HasPrefix(keyOf(r), "input/") {
			t.Fatal("an object was read before a segment said so")
		}
		if r.Method == http.MethodPut {
			return
		}
	}
}

func TestTheFirstAttemptAsksForNoneBeforeIt(t *testing.T) {
	j := newJob(t, "upper")
	j.put("a", "content")
	j.left(1, 0, contract.Segment{Admitted: 1})
	j.wantResults(done("a", 7, 7))
	if got := j.count("GET", "runs/first/results/"); got != 0 {
		t.Errorf("got %d requests for segments, want none", got)
	}
}

func TestWhatAnEarlierAttemptDidIsNotDoneAgain(t *testing.T) {
	j := newJob(t, "upper")
	for _, name := range []string{"a", "b", "c"} {
		j.put(name, "content")
	}
	failure := failed("b", contract.FailedTimeout, 0, "took longer than 10m0s")
	j.left(1, 0, contract.Segment{
		Admitted: 2, Ended: true, Milliseconds: 60_000, Results: []contract.Result{done("a", 7, 3), failure},
	})
	j.attemptIs(2)
	j.wantResults(done("a", 7, 3), failure, done("c", 7, 7))
	j.wantOutputs("c")
	stored, _ := j.s3.Get(runBucket, contract.ResultAddress(j.run.Results(), 0).Key)
	if effort := contract.EffortOf(stored.Metadata); effort.Attempts != 2 || effort.Time.Seconds() < 60 {
		t.Errorf("got %+v, want two attempts and the minute of the first", effort)
	}
}

func TestWhatMayPassIsTriedAgain(t *testing.T) {
	for _, kind := range []contract.FailureKind{contract.FailedRefused, contract.FailedSpace, contract.FailedChanged} {
		j := newJob(t, "upper")
		j.put("a", "content")
		j.left(1, 0, contract.Segment{Admitted: 1, Ended: true, Results: []contract.Result{failed("a", kind, 0, "why")}})
		j.attemptIs(2)
		j.wantResults(done("a", 7, 7))
	}
}

// wantAlone compares the objects that the segments of an attempt announce alone.
func (j *testJob) wantAlone(attempt int, want ...string) {
	j.t.Helper()
	var alone []string
	for _, segment := range j.segments(attempt) {
		alone = append(alone, segment.Alone)
	}
	if !slices.Equal(alone, want) {
		j.t.Errorf("got segments for %q, want %q", alone, want)
	}
}

func TestAfterADeathWhatMayHaveCausedItIsTriedFirstAndAlone(t *testing.T) {
	j := newJob(t, "upper")
	for _, name := range []string{"a", "b", "c", "d"} {
		j.put(name, "content")
	}
	j.left(1, 0, contract.Segment{Admitted: 3})
	j.left(1, 1, contract.Segment{Admitted: 3, Results: []contract.Result{done("b", 7, 7)}})
	j.attemptIs(2)
	j.finish()
	j.wantAlone(2, "input/a", "input/c", "")
	var order []string
	for _, r := range j.requests {
		switch key := keyOf(r); {
		case r.Method == http.MethodGet && strings.HasPrefix(key, "input/"):
			order = append(order, "read "+strings.TrimPrefix(key, "input/"))
		case r.Method == http.MethodPut && strings.HasPrefix(key, "output/"):
			order = append(order, "wrote "+strings.TrimSuffix(strings.TrimPrefix(key, "output/"), ".out"))
		}
	}
	if want := []string{"read a", "wrote a", "read c", "wrote c", "read d", "wrote d"}; !slices.Equal(order, want) {
		t.Errorf("got %q, want %q", order, want)
	}
}

func TestAnObjectThatTwoJobsDiedOfIsPassedOver(t *testing.T) {
	j := newJob(t, "upper")
	for _, name := range []string{"a", "b", "c"} {
		j.put(name, "content")
	}
	j.left(1, 0, contract.Segment{Admitted: 3})
	j.left(2, 0, contract.Segment{Alone: "input/a"})
	j.left(2, 1, contract.Segment{Alone: "input/b", Results: []contract.Result{done("a", 7, 7)}})
	j.attemptIs(3)
	j.wantResults(done("a", 7, 7), failed("b", contract.FailedDied, 0, contract.DiedReason), done("c", 7, 7))
	j.wantOutputs("c") // And nobody has asked for b.
	if got := j.count("GET", "input/b"); got != 0 {
		t.Errorf("the object was read %d times, want never", got)
	}
}

func TestAnObjectWhoseOutputIsThereIsDoneHoweverOftenAJobDied(t *testing.T) {
	j := newJob(t, "upper")
	j.put("a", "content")
	j.finish()
	j.s3.Delete(runBucket, contract.ResultAddress(j.run.Results(), 0).Key)
	j.left(1, 0, contract.Segment{Admitted: 1})
	j.left(2, 0, contract.Segment{Alone: "input/a"})
	j.attemptIs(3)
	j.wantResults(done("a", 7, 7))
}

func TestAJobThatEndedHasDiedOfNothing(t *testing.T) {
	j := newJob(t, "upper")
	j.put("a", "content")
	j.put("b", "content")
	j.left(1, 0, contract.Segment{Admitted: 2})
	j.left(1, 1, contract.Segment{Admitted: 2, Ended: true})
	j.attemptIs(2)
	j.finish()
	for _, segment := range j.segments(2) {
		if segment.Alone != "" {
			t.Errorf("got %+v, want nothing alone", segment)
		}
	}
}

func TestWhatAnEarlierRunDiedOfComesLastAndAlone(t *testing.T) {
	j := newJob(t, "upper")
	for _, name := range []string{"a", "b", "c"} {
		j.put(name, "content")
	}
	j.objects[0].Kind = contract.FailedMemory
	j.objects[1].Deaths = 1
	j.finish()
	j.wantAlone(1, "", "input/a", "input/b")
}

func TestAJobsDeathIsNotThatOfWhatWasToComeLast(t *testing.T) {
	j := newJob(t, "upper")
	for _, name := range []string{"a", "b", "c", "d"} {
		j.put(name, "content")
	}
	j.objects[0].Kind = contract.FailedMemory
	j.objects[1].Kind, j.objects[1].Deaths = contract.FailedNotReached, 1
	j.left(1, 0, contract.Segment{Admitted: 4})
	j.left(2, 0, contract.Segment{Alone: "input/c"})
	j.attemptIs(3)
	j.wantResults(done("a", 7, 7), done("b", 7, 7), failed("c", contract.FailedDied, 0, contract.DiedReason), done("d", 7, 7))
	j.wantAlone(3, "input/d", "input/a", "input/b")
}

func TestAJobThatEndsEarlySaysWhatItHasDone(t *testing.T) {
	for name, end := range map[string]struct {
		status int
		code   int
	}{
		"S3 is busy":     {http.StatusServiceUnavailable, contract.ExitTryAgain},
		"it was stopped": {0, contract.ExitStopped},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
				if key := keyOf(r); strings.HasPrefix(key, "input/") && key != "input/a" {
					if end.status == 0 {
						stop()
						<-r.Context().Done()
						return
					}
					answer(w, end.status, "SlowDown")
					return
				}
				s3.ServeHTTP(w, r)
			}, "upper")
			j.put("a", "content")
			for i := range maxInARow {
				j.put(fmt.Sprint("b", i), "content")
				j.objects[i+1].Deaths = 1 // So that it comes last.
			}
			if code, log := j.start(ctx); code != end.code {
				t.Fatalf("got exit code %d, want %d; the log:\n%s", code, end.code, log)
			}
			found := j.segments(1)
			last := found[len(found)-1]
			var results []contract.Result
			for _, segment := range found {
				results = append(results, segment.Results...)
			}
			if !last.Ended || !slices.Equal(keysOf(results), []string{"a"}) {
				t.Errorf("got %+v, want the end, and a", found)
			}
		})
	}
}

func TestAShardOfWhichS3RefusesEverythingIsTriedAgainAndThenKnown(t *testing.T) {
	j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if r.Method == http.MethodGet && strings.HasPrefix(keyOf(r), "input/") {
			answer(w, http.StatusForbidden, "AccessDenied")
			return
		}
		s3.ServeHTTP(w, r)
	}, "upper")
	j.put("a", "content")
	j.put("b", "content")
	for attempt := 1; attempt <= 2; attempt++ {
		j.attemptIs(attempt)
		if code, log := j.start(t.Context()); code != contract.ExitTryAgain || j.isFinished() {
			t.Fatalf("got exit code %d, want 75, and no result; the log:\n%s", code, log)
		}
	}
	if got := j.count("GET", "input/a"); got != 2 {
		t.Errorf("the object was asked for %d times, want once an attempt", got)
	}
	known := contract.Recall(j.objects, j.allSegments())
	for _, key := range []string{"input/a", "input/b"} {
		if got := known.Results[key]; got.Kind != contract.FailedRefused || !strings.Contains(got.Reason, "AccessDenied") {
			t.Errorf("%s: got %+v, want what S3 said", key, got)
		}
	}
}
