package main

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// batchJob is a job whose command works on many objects at once.
type batchJob struct {
	*testJob
	// log has a line for each process, of its objects' contents.
	log string
}

// newBatchJob returns a job whose command makes the content of each object upper case. The script
// comes before that of each of them, which is $f, and whose content is $c.
func newBatchJob(t *testing.T, script string, fault fault) batchJob {
	t.Helper()
	if fault == nil {
		fault = func(w http.ResponseWriter, r *http.Request, s3 http.Handler) { s3.ServeHTTP(w, r) }
	}
	j := batchJob{newJobWith(t, fault), scratchOf(t, "log")}
	j.command = []string{"sh", "-c", `out=$1; shift; cat "$@" | tr '\n' ' ' >> "$LOG"; echo >> "$LOG"
for f; do c=$(cat "$f"); n=${f##*/}; ` + script + `
echo "$c" | tr a-z A-Z > "$out/${n%%.*}.up"; done`, "sh", "{outdir}", "{in...}"}
	j.variables["CONCURRENCY"] = "1"
	j.variables["BATCH_OBJECTS"] = "100"
	j.variables["BATCH_BYTES"] = "1000"
	j.variables[contract.VariablePrefix+"LOG"] = j.log
	return j
}

func (j batchJob) putAll(names ...string) {
	j.t.Helper()
	for _, name := range names {
		j.put(name, name+"\n")
	}
}

// wantProcesses compares the contents of the objects of each process.
func (j batchJob) wantProcesses(want ...string) {
	j.t.Helper()
	log, err := os.ReadFile(j.log)
	got := strings.Split(strings.TrimSuffix(string(log), " \n"), " \n")
	slices.Sort(got) // Two batches may change places.
	slices.Sort(want)
	if err != nil || !slices.Equal(got, want) {
		j.t.Errorf("got the processes %q and %v, want %q", got, err, want)
	}
}

// doneAll are the results of objects that have their names as content.
func doneAll(names ...string) []contract.Result {
	var results []contract.Result
	for _, name := range names {
		results = append(results, done(name, int64(len(name)+1), int64(len(name)+1)))
	}
	return results
}

func TestOneProcessWorksOnManyObjectsAndEachHasItsOutput(t *testing.T) {
	j := newBatchJob(t, "", nil)
	j.putAll("a.txt", "d/b", "e/b")
	j.wantResults(doneAll("a.txt", "d/b", "e/b")...)
	j.wantProcesses("a.txt d/b e/b")
	for _, object := range j.objects {
		name := strings.TrimPrefix(object.Key, "input/")
		j.wantOutput(name, strings.ToUpper(name)+"\n")
		output, _ := j.s3.Get(outBucket, "output/"+name+".out")
		if !contract.UpToDate(output.Metadata, object.ETag, contract.Command(j.command).String(), "") {
			t.Errorf("%s: got the metadata %v", name, output.Metadata)
		}
	}
}

func TestABatchHasNoMoreObjectsAndBytesThanTheSettingsAllow(t *testing.T) {
	for _, test := range []struct {
		objects, bytes, concurrency int
		want                        []string
	}{
		{3, 1000, 1, []string{"a b c", "d e f", "g"}},
		{100, 4, 1, []string{"a b", "c d", "e f", "g"}},
		{100, 1, 1, []string{"a", "b", "c", "d", "e", "f", "g"}},
		{100, 1000, 1, []string{"a b c d e f g"}},
	} {
		t.Run(fmt.Sprint(test), func(t *testing.T) {
			j := newBatchJob(t, "", nil)
			j.variables["BATCH_OBJECTS"] = strconv.Itoa(test.objects)
			j.variables["BATCH_BYTES"] = strconv.Itoa(test.bytes)
			names := strings.Fields("a b c d e f g")
			j.putAll(names...)
			j.wantResults(doneAll(names...)...)
			j.wantProcesses(test.want...)
		})
	}
}

func TestAFewObjectsAreSharedByAsManyProcessesAsMayRun(t *testing.T) {
	w := &worker{job: job{template: template(t, "x", "{in...}", "{outdir}"), settings: contract.WorkSettings{
		Concurrency: 4, Batch: contract.Batch{Objects: 100, Bytes: 1000},
	}}}
	s := &shard{}
	for i := range 10 {
		s.objects, s.many = append(s.objects, contract.Object{Size: 1}), append(s.many, i)
	}
	if got, want := fmt.Sprint(w.groups(s)), "[[0 1 2] [3 4 5] [6 7 8] [9]]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func template(t *testing.T, command ...string) contract.Template {
	t.Helper()
	template, err := contract.ParseTemplate(command)
	if err != nil {
		t.Fatal(err)
	}
	return template
}

func TestOnlyWhatIsNewIsInABatch(t *testing.T) {
	j := newBatchJob(t, "", nil)
	j.putAll("a", "c", "e")
	j.finish()
	j.asRun("second")
	j.putAll("b", "d")
	want := doneAll("a", "b", "c", "d", "e")
	for _, i := range []int{0, 2, 4} {
		want[i] = contract.Result{Key: want[i].Key, Status: contract.Skipped}
	}
	j.wantResults(want...)
	j.wantProcesses("a c e", "b d")
}

func TestWhenABatchFailsItsObjectsAreTriedOneAtATimeSoThatTheGuiltyOneIsNamed(t *testing.T) {
	for name, test := range map[string]struct {
		script string
		want   contract.Result
	}{
		"an exit code": {`[ $c != bad ] || { echo why >&2; exit 3; }`, failed("bad", contract.FailedExit, 3, "why")},
		"a signal":     {`[ $c != bad ] || kill -SEGV $$`, failed("bad", contract.FailedSignal, -1, "killed by signal: segmentation fault")},
		"a limit":      {`[ $c != bad ] || exec sleep 3600`, failed("bad", contract.FailedTimeout, -1, "took longer than 1s")},
		"no output": {
			`[ $c != bad ] || { echo why >&2; continue; }`,
			failed("bad", contract.FailedOutput, 0, "the command succeeded without making {outdir}/bad or {outdir}/bad.*: why"),
		},
		"another output besides": {
			`[ $c != bad ] || : > "$out/bad.too"`,
			failed("bad", contract.FailedOutput, 0, `the command made 2 files of one object, such as "bad.too" and "bad.up", want one`),
		},
	} {
		t.Run(name, func(t *testing.T) {
			j := newBatchJob(t, test.script, nil)
			j.variables["OBJECT_LIMIT"] = "1s"
			j.putAll("a", "bad", "c")
			j.wantResults(done("a", 2, 2), test.want, done("c", 2, 2))
			j.wantOutputs("a", "c")
			alone := []string{"bad"} // The batch has made the others' outputs.
			if test.want.ExitCode != 0 {
				alone = []string{"a", "bad", "c"}
			}
			j.wantProcesses(append([]string{"a bad c"}, alone...)...)
		})
	}
}

func TestAnObjectThatCannotBeFetchedOrStoredIsNotTheBatchs(t *testing.T) {
	for name, test := range map[string]struct {
		matches func(*http.Request) bool
		code    string
		kind    contract.FailureKind
		first   string
	}{
		"archived": {getsB, "InvalidObjectState", contract.FailedArchived, "a c"},
		"refused":  {putsB, "AccessDenied", contract.FailedRefused, "a b c"},
	} {
		t.Run(name, func(t *testing.T) {
			j := newBatchJob(t, "", func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
				if test.matches(r) {
					answer(w, http.StatusForbidden, test.code)
					return
				}
				s3.ServeHTTP(w, r)
			})
			j.putAll("a", "b", "c")
			wantOnlyFailure(t, j.finish(), test.kind)
			log, _ := os.ReadFile(j.log)
			if first, _, _ := strings.Cut(string(log), " \n"); first != test.first {
				t.Errorf("the first process got %q, want %q", first, test.first)
			}
			j.wantCleanedUp()
		})
	}
}

func TestAnErrorOfS3AtOneOfABatchIsThatOnes(t *testing.T) {
	for name, matches := range map[string]func(*http.Request) bool{"fetching": getsB, "sending": putsB} {
		t.Run(name, func(t *testing.T) {
			j := newBatchJob(t, "", func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
				if matches(r) {
					answer(w, http.StatusServiceUnavailable, "SlowDown")
					return
				}
				s3.ServeHTTP(w, r)
			})
			j.putAll("a", "b", "c")
			wantOnlyFailure(t, j.finish(), contract.FailedS3)
			j.wantCleanedUp()
		})
	}
}

func TestAnObjectThatAJobMayHaveDiedOfIsInNoBatch(t *testing.T) {
	j := newBatchJob(t, "", nil)
	j.putAll("a", "b", "c", "d")
	j.left(1, 0, contract.Segment{Admitted: 2})
	j.attemptIs(2)
	j.wantResults(doneAll("a", "b", "c", "d")...)
	j.wantProcesses("a", "b", "c d")
	j.wantAlone(2, "input/a", "input/b", "")
}
