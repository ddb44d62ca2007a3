package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// aPart is how many bytes the first part of an upload has.
const aPart = 8 << 20

func TestAnOutputIsPutWithOneRequestOrInParts(t *testing.T) {
	for _, test := range []struct {
		name    string
		command []string
		size    int64
		parts   int // 0 if it is put with one request.
	}{
		{"nothing", []string{"copy"}, 0, 0},
		{"less than a part", []string{"copy"}, aPart - 1, 0},
		{"exactly a part", []string{"copy"}, aPart, 1},
		{"two parts and a byte", []string{"copy"}, 2*aPart + 1, 3},
		{"a small file", []string{"copy", "{in}", "{out}"}, 1, 0},
		{"a file of a part and a byte", []string{"copy", "{in}", "{out}"}, aPart + 1, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := newJob(t, test.command...)
			j.put("a", strings.Repeat("a", int(test.size)))
			j.wantResults(done("a", test.size, test.size))
			j.wantOutput("a", strings.Repeat("a", int(test.size)))
			if got, want := j.count(
				"PUT",
				"output/",
			), max(
				1,
				test.parts,
			); got != want ||
				j.count("POST", "output/") > 0 != (test.parts > 0) {
				t.Errorf("got %d puts and %d posts, want %d parts", got, j.count("POST", "output/"), test.parts)
			}
		})
	}
}

func TestACommandThatFailsLeavesNothingHoweverMuchItWrote(t *testing.T) {
	for name, bytes := range map[string]string{
		"nothing": "0", "a little": "5", "a part": "8388608", "parts": "9000000",
	} {
		t.Run(name, func(t *testing.T) {
			j := newJob(t, "fail", "7", bytes, "in the end")
			j.put("a", "content")
			j.wantResults(failed("a", contract.FailedExit, 7, "in the end"))
			j.wantOutputs()
		})
	}
}

func TestAPartThatCannotBeUploadedEndsTheAttemptAndLeavesNothing(t *testing.T) {
	j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if r.URL.Query().Get("partNumber") == "2" {
			answer(w, http.StatusServiceUnavailable, "SlowDown")
			return
		}
		s3.ServeHTTP(w, r)
	}, "grow", "20")
	j.put("a", strings.Repeat("a", 1<<20))
	if code, log := j.start(t.Context()); code != contract.ExitTryAgain {
		t.Errorf("got exit code %d, want 75; the log:\n%s", code, log)
	}
	j.wantOutputs()
	j.wantCleanedUp()
}

// The job's memory has room for two such inputs at once, and for little more than the parts of
// one output.
func TestManyLargeObjectsAreAllDoneInAJobOfLittleMemory(t *testing.T) {
	j := newJob(t, "copy")
	j.variables["CONCURRENCY"] = "8"
	var want []contract.Result
	for i := range 8 {
		name := fmt.Sprint(i)
		j.putStreamed(name)
		want = append(want, done(name, aPart, aPart))
	}
	j.wantResults(want...)
}
