package main

import (
	"net/http"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// newReading returns a job whose command makes of each object the content of a file that it reads
// beside it.
func newReading(t *testing.T, fault fault) *testJob {
	j := newJobWith(t, fault, "copy", "{files}/d/word", "{out}")
	j.variables["FILES"] = "s3://" + runBucket + "/files/"
	j.putOnly("files/d/word", "a word")
	j.putOnly("files/empty", "")
	j.putOnly("files/folder/", "")
	return j
}

func faultless(w http.ResponseWriter, r *http.Request, s3 http.Handler) { s3.ServeHTTP(w, r) }

func TestTheFilesOfTheCommandAreDownloadedOnceForAllObjects(t *testing.T) {
	j := newReading(t, faultless)
	for _, name := range []string{"a", "b", "c"} {
		j.put(name, "content")
	}
	j.wantResults(done("a", 7, 6), done("b", 7, 6), done("c", 7, 6))
	j.wantOutput("b", "a word")
	if got := j.count("GET", "files/d/word"); got != 1 {
		t.Errorf("the file was asked for %d times, want once", got)
	}
}

func TestAnOutputThatWasMadeWithOtherFilesIsMadeAgain(t *testing.T) {
	skipped := contract.Result{Key: "input/a", Status: contract.Skipped}
	for name, test := range map[string]struct {
		change func(j *testJob)
		want   contract.Result
	}{
		"the same content": {func(j *testJob) { j.putOnly("files/d/word", "a word") }, skipped},
		"another content":  {func(j *testJob) { j.putOnly("files/d/word", "no one") }, done("a", 7, 6)},
		"one more":         {func(j *testJob) { j.putOnly("files/e", "") }, done("a", 7, 6)},
		"no files any more": {func(j *testJob) {
			j.command = testCommand(t, "upper")
		}, done("a", 7, 7)},
	} {
		t.Run(name, func(t *testing.T) {
			j := newReading(t, faultless)
			j.put("a", "content")
			j.wantResults(done("a", 7, 6))
			j.asRun("second")
			test.change(j)
			before := j.count("GET", "files/d/word")
			j.wantResults(test.want)
			if got := j.count("GET", "files/d/word") - before; test.want == skipped && got != 0 {
				t.Errorf("a job that skipped its object downloaded %d files", got)
			}
		})
	}
}

func TestFilesThatCannotBeHadAreNoObjectsFault(t *testing.T) {
	for name, test := range map[string]struct {
		change func(j *testJob)
		fault  fault
		code   int
		says   string
	}{
		"refused": {nil, refusing("files/d/word", http.StatusForbidden, "AccessDenied"), contract.ExitTryAgain, "files/d/word"},
		"failing": {nil, refusing("files/d/word", http.StatusInternalServerError, "InternalError"), contract.ExitTryAgain, "InternalError"},
		"none at all": {
			func(j *testJob) { j.variables["FILES"] = "s3://" + runBucket + "/elsewhere/" }, faultless, contract.ExitBroken, "got no objects below",
		},
		"no path of a file": {func(j *testJob) { j.putOnly("files/../x", "") }, faultless, contract.ExitBroken, "files/../x"},
	} {
		t.Run(name, func(t *testing.T) {
			j := newReading(t, test.fault)
			j.put("a", "content")
			if test.change != nil {
				test.change(j)
			}
			code, log := j.start(t.Context())
			if code != test.code || !strings.Contains(log, test.says) || j.isFinished() {
				t.Errorf("got exit code %d, finished %v, want %d and %q in the log:\n%s",
					code, j.isFinished(), test.code, test.says, log)
			}
			j.wantCleanedUp()
		})
	}
}

func TestAFileThatIsGoneSinceItWasListedHasTheJobTriedAgain(t *testing.T) {
	var j *testJob
	j = newReading(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if keyOf(r) == "files/d/word" {
			j.s3.Delete(runBucket, "files/d/word")
		}
		s3.ServeHTTP(w, r)
	})
	j.put("a", "content")
	if code, log := j.start(t.Context()); code != contract.ExitTryAgain || !strings.Contains(log, "another than was listed") {
		t.Errorf("got exit code %d, want 75; the log:\n%s", code, log)
	}
}

// refusing has S3 answer whatever is asked of the key with the error.
func refusing(key string, status int, code string) fault {
	return func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if keyOf(r) == key {
			answer(w, status, code)
			return
		}
		s3.ServeHTTP(w, r)
	}
}
