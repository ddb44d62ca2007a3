package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// newPairJob returns a job that puts the further input before the object a.
func newPairJob(t *testing.T) *testJob {
	t.Helper()
	j := newJob(t)
	j.command = []string{"sh", "-c", `cat {in2} {in}; echo " ${1##*/}"`, "sh", "{in2}"}
	j.put("d/a", "1")
	j.objects[0].Columns = columns("key2", "input/e/b.txt")
	j.putOnly("input/e/b.txt", "22")
	return j
}

func TestAFurtherInputIsAFileBesideTheObject(t *testing.T) {
	j := newPairJob(t)
	j.wantResults(done("d/a", 3, 10))
	j.wantOutput("d/a", "221 b.txt\n")

	same := newJob(t)
	same.command = []string{"sh", "-c", "cat {in} {in2} {in3}"}
	same.put("a", "1")
	same.objects[0].Columns = contract.NewColumns(map[string]string{"key2": "input/b/a", "key3": "input/a"})
	same.putOnly("input/b/a", "2")
	same.wantResults(done("a", 3, 3))
	same.wantOutput("a", "121")
}

func TestAnOutputIsUpToDateForTheFurtherInputsThatItWasMadeOf(t *testing.T) {
	j := newPairJob(t)
	j.wantResults(done("d/a", 3, 10))
	j.asRun("again")
	j.wantResults(skipped("d/a"))

	j.putOnly("input/e/b.txt", "33")
	j.asRun("another-content")
	j.wantResults(done("d/a", 3, 10))
	j.wantOutput("d/a", "331 b.txt\n")

	j.putOnly("input/e/c.txt", "33")
	j.objects[0].Columns = columns("key2", "input/e/c.txt")
	j.asRun("another-name")
	j.wantResults(done("d/a", 3, 10))
	j.wantOutput("d/a", "331 c.txt\n")

	j.asRun("after-all")
	before := j.count(http.MethodGet, "input/")
	j.wantResults(skipped("d/a"))
	if got := j.count(http.MethodGet, "input/") - before; got != 0 {
		t.Errorf("%d inputs were read to find out that nothing is to be done", got)
	}
}

func TestTheFailureOfAFurtherInputIsThatOfItsObjectAlone(t *testing.T) {
	j := newPairJob(t)
	j.put("d/b", "1")
	j.objects[1].Columns = columns("key2", "input/gone")
	results := j.finish()
	if results[0].Status != contract.Done {
		t.Errorf("got %+v", results[0])
	}
	if got := results[1]; got.Kind != contract.FailedGone || got.BytesIn != 0 || !strings.HasPrefix(got.Reason, `{in2}, "input/gone": the object is gone`) {
		t.Errorf("got %+v", got)
	}
	j.wantCleanedUp()

	// What was up to date with it is made again, and so fails.
	j.s3.Delete(inBucket, "input/e/b.txt")
	j.objects = j.objects[:1]
	j.asRun("gone")
	if got := j.finish()[0]; got.Kind != contract.FailedGone {
		t.Errorf("got %+v", got)
	}
}

func TestLargeFurtherInputsOfManyObjectsWaitForMemoryAndComeToTheirEnd(t *testing.T) {
	j := newJob(t)
	j.variables["MEMORY_MIB"] = "512"
	j.command = []string{"sh", "-c", "cat {in} {in2} | wc -c | tr -d ' \\n'"}
	j.putOnly("input/large", strings.Repeat("x", objects.PartMemory+1))
	var want []contract.Result
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		j.put(name, strings.Repeat("y", objects.LeastPart+1))
		j.objects[len(j.objects)-1].Columns = columns("key2", "input/large")
		want = append(want, done(name, objects.LeastPart+objects.PartMemory+2, 8))
	}
	j.wantResults(want...)
}

// shortened answers with the first bytes of an object alone, as if it had no more.
func shortened(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
	r.Header.Del("X-Amz-Checksum-Mode") // Or that would tell.
	answer := httptest.NewRecorder()
	s3.ServeHTTP(answer, r)
	w.Header().Set("ETag", answer.Header().Get("ETag"))
	_, _ = w.Write(answer.Body.Bytes()[:3])
}

func TestAHalfOfAFurtherInputIsNotTakenForTheWhole(t *testing.T) {
	j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if r.Method == http.MethodGet && keyOf(r) == "input/e/b.txt" {
			shortened(w, r, s3)
			return
		}
		s3.ServeHTTP(w, r)
	}, "sh", "-c", "cat {in} {in2}")
	j.put("a", "1")
	j.objects[0].Columns = columns("key2", "input/e/b.txt")
	j.putOnly("input/e/b.txt", "22222")
	if code, log := j.start(t.Context()); code != contract.ExitTryAgain {
		t.Errorf("got exit code %d, want 75; the log:\n%s", code, log)
	}
	j.wantOutputs()
}

func TestAHalfOfAnObjectThatChangedIsNotTakenForTheWhole(t *testing.T) {
	var j *testJob
	reads := 0
	j = newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if r.Method == http.MethodGet && keyOf(r) == "input/a" {
			reads++
		}
		switch {
		case r.Method != http.MethodGet || keyOf(r) != "input/a" || reads > 3:
			s3.ServeHTTP(w, r)
		case reads == 1:
			defer j.putOnly("input/a", "the new one")
			s3.ServeHTTP(&cut{w, 4}, r)
		case reads == 2: // It takes up the first.
			s3.ServeHTTP(w, r)
		default:
			shortened(w, r, s3)
		}
	}, "upper")
	j.put("a", "the old content")
	j.wantResults(done("a", 11, 11))
	j.wantOutput("a", "THE NEW ONE")
	if reads < 4 {
		t.Errorf("it was read %d times, want 4 or more", reads)
	}
}
