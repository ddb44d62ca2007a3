package main

import (
	"net/http"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestAnOutputIsPutWithOneRequestOrInParts(t *testing.T) {
	for _, test := range []struct {
		name    string
		command []string
		size    int64
		parts   int // 0 if it is put with one request.
	}{
		{"nothing", []string{"copy"}, 0, 0},
		{"less than a part", []string{"copy"}, smallestPart - 1, 0},
		{"exactly a part", []string{"copy"}, smallestPart, 1},
		{"two parts and a byte", []string{"copy"}, 2*smallestPart + 1, 3},
		{"a small file", []string{"copy", "{in}", "{out}"}, 1, 0},
		{"a file of a part and a byte", []string{"copy", "{in}", "{out}"}, smallestPart + 1, 2},
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
			j.wantResults(failed("a", 7, "in the end"))
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
	j.wantNothingLeft()
}

func TestTheLargestObjectAndFourTimesThatHasPartsEnough(t *testing.T) {
	const largest = 50 << 40 // Bytes; "Amazon S3 objects overview", Amazon S3 User Guide.
	for _, size := range []int64{0, 1, smallestPart, 20 << 30, 21 << 30, 1 << 40, largest / growth} {
		part := partSize(size)
		if parts := (size*growth + part - 1) / part; parts > maxParts || part < smallestPart {
			t.Errorf("%d bytes in parts of %d: %d parts, want at most %d", size*growth, part, parts, maxParts)
		}
	}
}
