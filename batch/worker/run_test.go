package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
)

func done(name string, in, out int64) contract.Result {
	return contract.Result{Key: "input/" + name, Status: contract.Done, BytesIn: in, BytesOut: out}
}

func failed(name string, kind contract.FailureKind, code int, reason string) contract.Result {
	return contract.Result{Key: "input/" + name, Status: contract.Failed, Kind: kind, ExitCode: code, Reason: reason}
}

func TestEveryObjectGoesThroughTheCommand(t *testing.T) {
	j := newJob(t, "upper")
	for i := range 20 {
		j.put(fmt.Sprintf("%02d.txt", i), fmt.Sprintf("object %d", i))
	}
	j.put("empty", "")
	results := j.finish()
	if len(results) != 21 || results[20].Key != "input/empty" || results[3].Key != "input/03.txt" {
		t.Errorf("got results %+v", results)
	}
	for i := range 20 {
		j.wantOutput(fmt.Sprintf("%02d.txt", i), fmt.Sprintf("OBJECT %d", i))
	}
	j.wantOutput("empty", "")
	j.wantCleanedUp()
}

func TestAsManyObjectsAreWorkedOnAtOnceAsTheSettingsSay(t *testing.T) {
	var underWay atomic.Int64
	all := make(chan struct{})
	j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if strings.HasPrefix(keyOf(r), "input/") {
			if underWay.Add(1) == 3 {
				close(all)
			}
			select { // Nobody gets an object before three have asked for one.
			case <-all:
			case <-r.Context().Done():
			}
		}
		s3.ServeHTTP(w, r)
	}, "upper")
	for _, name := range []string{"a", "b", "c", "d"} {
		j.put(name, "content")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if code, log := j.start(ctx); code != contract.ExitDone {
		t.Errorf("got exit code %d, want 0; the log:\n%s", code, log)
	}
	j.wantOutputs("a", "b", "c", "d")
}

func TestAnOutputNamesItsSourceItsCommandAndItsRun(t *testing.T) {
	j := newJob(t, "upper", "ü")
	source := j.put("a", "content")
	j.finish()
	output, _ := j.s3.Get(outBucket, "output/a.out")
	for name, want := range map[string]string{
		contract.MetadataSourceETag: source.ETag, contract.MetadataCommand: contract.Command(j.command).String(), contract.MetadataRun: "first",
	} {
		if got := output.Metadata[name]; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestACommandMayReadAndWriteFiles(t *testing.T) {
	j := newJob(t, "files", "{in}", "--out={out}")
	j.put("a", "content")
	j.put("b", strings.Repeat("b", 100_000))
	j.wantResults(done("a", 7, 7), done("b", 100_000, 100_000))
	j.wantOutput("a", "CONTENT")
	j.wantOutput("b", strings.Repeat("B", 100_000))
}

func TestACommandNeedNotReadItsInput(t *testing.T) {
	j := newJob(t, "ignore")
	content := strings.Repeat("more than any pipe holds ", 100_000)
	j.put("a", content)
	j.wantResults(done("a", int64(len(content)), 7))
	j.wantOutput("a", "ignored")
}

func TestACommandGetsNothingOfTheWorkersEnvironment(t *testing.T) {
	j := newJob(t, "environment", "{in}", "a b", "$HOME;*")
	t.Setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials")
	j.put("a", "")
	j.finish()
	output, err := j.s3.Read(outBucket, "output/a.out")
	if err != nil {
		t.Fatal(err)
	}
	directory := strings.Split(string(output), "\n")[2]
	root := filepath.Dir(directory)
	if filepath.Dir(root) != j.variables["SCRATCH"] {
		t.Errorf("got directory %s, want one of its own in %s", directory, j.variables["SCRATCH"])
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%q\n%q\n%s\n", []string{
		"HOME=" + directory, "LANG=C.UTF-8", "LOGNAME=" + me.Username, "OBJECT_KEY=input/a", "PATH=" + os.Getenv("PATH"),
		"TMPDIR=" + directory, "USER=" + me.Username,
	}, []string{root + "/in/a", "a b", "$HOME;*"}, directory)
	if string(output) != want {
		t.Errorf("got\n%s, want\n%s", output, want)
	}
}

func TestAProgramIsCalledByTheNameThatTheCommandGivesIt(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	j := newJob(t, "name")
	if err := os.Symlink(j.command[0], filepath.Join(bin, "tool")); err != nil {
		t.Fatal(err)
	}
	j.command[0] = "tool"
	j.put("a", "")
	j.wantResults(done("a", 0, 4))
	j.wantOutput("a", "tool")
}

func TestAnObjectThatFailsIsRecordedWithItsExitCodeAndItsReason(t *testing.T) {
	long := strings.Repeat("nö ", 1000)
	for name, test := range map[string]struct {
		command []string
		kind    contract.FailureKind
		code    int
		reason  string
	}{
		"the end of standard error":          {[]string{"fail", "3", "0", "  first\nno such luck\n"}, contract.FailedExit, 3, "first\nno such luck"},
		"only the end":                       {[]string{"complain", "nö ", "1000"}, contract.FailedExit, 1, strings.TrimSpace(long[len(long)-contract.MaxReasonBytes:])},
		"nothing said":                       {[]string{"fail", "3", "0", ""}, contract.FailedExit, 3, "exit code 3"},
		"a signal":                           {[]string{"die"}, contract.FailedMemory, -1, "killed (out of memory? the job has 2,048 MiB: Job.MemoryMiB)"},
		"what a command for files prints":    {[]string{"fail", "1", "3", "!", "{out}"}, contract.FailedExit, 1, "xxx!"},
		"no file":                            {[]string{"ignore", "{out}"}, contract.FailedOutput, 0, "the command succeeded without making {out}: ignored"},
		"a directory where a file should be": {[]string{"directory", "{out}"}, contract.FailedOutput, 0, `the command made a folder of "{out}", want a file`},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJob(t, test.command...)
			j.put("a", "content")
			j.wantResults(failed("a", test.kind, test.code, test.reason))
			j.wantOutputs()
		})
	}
}

func TestALargerJobNamesTheMemoryThatItHasAndTheSettingOfThat(t *testing.T) {
	j := newJob(t, "die")
	j.run = j.run.ForLarge()
	j.variables["MEMORY_MIB"] = "16384"
	j.put("a", "content")
	j.wantResults(failed("a", contract.FailedMemory, -1, "killed (out of memory? the job has 16,384 MiB: Job.Large.MemoryMiB)"))
}

func TestAFailureDoesNotStopTheOthers(t *testing.T) {
	j := newJob(t, "fail-on", "bad")
	j.put("a", "good")
	j.put("b", "bad")
	j.put("c", "good")
	j.wantResults(done("a", 4, 4), failed("b", contract.FailedExit, 1, "exit code 1"), done("c", 4, 4))
	j.wantOutputs("a", "c")
}

func TestNoKeyIsTooStrange(t *testing.T) {
	j := newJob(t, "upper")
	names := []string{
		" ", "a b", "ü", "日本/🙂", "new\nline", "\x01", "$.x", "-rf", "a//b", "..", "../../x", "/", "a+b", "%41", "a%2Fb",
		"{in}", "a?b&c#d", "'\"<>", strings.Repeat("k", contract.MaxKeyBytes-len("output/.out")),
	}
	slices.Sort(names)
	var want []contract.Result
	for _, name := range names {
		j.put(name, "content of "+name)
		want = append(want, done(name, int64(len("content of "+name)), int64(len(bytes.ToUpper([]byte("content of "+name))))))
	}
	j.wantResults(want...)
	for _, name := range names {
		j.wantOutput(name, strings.ToUpper("content of "+name))
	}
	for i := range want { // And the outputs are found again.
		want[i] = contract.Result{Key: want[i].Key, Status: contract.Skipped}
	}
	j.asRun("second")
	j.wantResults(want...)
}

func TestAnObjectWhoseOutputsKeyWouldBeTooLongFails(t *testing.T) {
	j := newJob(t, "upper")
	name := strings.Repeat("k", contract.MaxKeyBytes-len("output/.out")+1)
	j.put("a", "content")
	j.put(name, "content")
	j.wantResults(done("a", 7, 7), failed(name, contract.FailedTooLarge, 0, "the output's key would have 1025 bytes: S3 allows 1024"))
}

func TestABrokenSetUpEndsAtOnceAndIsNotRetried(t *testing.T) {
	for name, test := range map[string]struct {
		breakIt func(*testJob)
		says    string
	}{
		"a command that is not there":  {func(j *testJob) { j.command = []string{"no-such-program"} }, "no-such-program"},
		"a command that is no program": {func(j *testJob) { j.command = []string{j.variables["SCRATCH"]} }, "is a directory"},
		"a missing setting":            {func(j *testJob) { delete(j.variables, "INPUT") }, "INPUT"},
		"a scratch that is not there":  {func(j *testJob) { j.variables["SCRATCH"] = "/none" }, "SCRATCH"},
		"a key outside the input":      {func(j *testJob) { j.objects[0].Key = "output/a" }, `key: got \"output/a\", want one below s3://in/input/`},
		"a shard that is not there":    {func(j *testJob) { j.variables["AWS_BATCH_JOB_ARRAY_INDEX"] = "1" }, "InvalidRange"},
		"no region":                    {func(j *testJob) { j.t.Setenv("AWS_REGION", "") }, "AWS_REGION"},
		"another run's name":           {func(j *testJob) { j.run.ID = ".first" }, "want s3://BUCKET/PREFIX/RUN/manifest.jsonl"},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJob(t, "upper")
			j.put("a", "content")
			test.breakIt(j)
			code, log := j.start(t.Context())
			said := lines(t, log)
			last := said[len(said)-1]
			if code != 1 || last["level"] != "ERROR" || !strings.Contains(log, test.says) {
				t.Errorf("got exit code %d, want 1, and an error that has %q; the log:\n%s", code, test.says, log)
			}
			j.wantOutputs()
		})
	}
}

func TestTheArgumentsAreTwoAddressesParametersAndACommand(t *testing.T) {
	j := newJob(t, "upper")
	j.put("a", "content")
	j.plan()
	manifest, results := j.run.Manifest().String(), j.run.Results().String()
	for _, arguments := range [][]string{
		{},
		{manifest},
		{manifest, results},
		{manifest, results, "{}"},
		{manifest, results, "{}", ""},
		append([]string{"manifest", results, "{}"}, j.command...),
		append([]string{manifest, "results", "{}"}, j.command...),
		append([]string{manifest, "s3://" + runBucket + "/runs/another/results/", "{}"}, j.command...),
		append([]string{manifest, "s3://another/" + j.run.Results().Prefix, "{}"}, j.command...),
		append([]string{manifest, results, "Ref::parameters"}, j.command...),
		{manifest, results, "{}", "echo", "{param.unknown}"},
	} {
		var log bytes.Buffer
		if code := run(t.Context(), arguments, j.environment(), &log); code != 1 {
			t.Errorf("%q: got exit code %d, want 1; the log:\n%s", arguments, code, &log)
		}
	}
}

func TestAShardThatDoesNotFitTheIndexIsABrokenSetUp(t *testing.T) {
	for name, entry := range map[string]contract.IndexEntry{
		"an object too many":        {Offset: 0, Length: 48, Objects: 2},
		"half a line":               {Offset: 0, Length: 40, Objects: 1},
		"the middle of a line":      {Offset: 8, Length: 40, Objects: 1},
		"the end of the manifest":   {Offset: 0, Length: 60, Objects: 2},
		"a byte too many":           {Offset: 0, Length: 49, Objects: 1},
		"beyond the manifest's end": {Offset: 999, Length: 48, Objects: 1},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJob(t, "upper")
			j.objects = []contract.Object{{Key: "input/a", Size: 1, ETag: "0123456789a"}}
			j.plan()
			if manifest, _ := j.s3.Get(runBucket, j.run.Manifest().Key); manifest.Size != 48 {
				t.Fatalf("the manifest has %d bytes, and this test thinks 48", manifest.Size)
			}
			j.putOnly(contract.IndexAddress(j.run.Manifest()).Key, string(contract.AppendIndexEntry(nil, entry)))
			var log bytes.Buffer
			if code := run(t.Context(), j.arguments(), j.environment(), &log); code != 1 {
				t.Errorf("got exit code %d, want 1; the log:\n%s", code, &log)
			}
		})
	}
}

func TestAChildReadsOnlyItsShardAndWithTwoRequests(t *testing.T) {
	j := newJob(t, "upper")
	var manifest, index []byte
	for _, name := range []string{"a", "b", "c"} {
		line := contract.AppendObject(nil, j.put(name, name))
		index = contract.AppendIndexEntry(
			index,
			contract.IndexEntry{Offset: int64(len(manifest)), Length: int64(len(line)), Objects: 1},
		)
		manifest = append(manifest, line...)
	}
	j.putOnly(j.run.Manifest().Key, string(manifest))
	j.putOnly(contract.IndexAddress(j.run.Manifest()).Key, string(index))
	j.variables["AWS_BATCH_JOB_ARRAY_INDEX"] = "1"
	var log bytes.Buffer
	if code := run(t.Context(), j.arguments(), j.environment(), &log); code != contract.ExitDone {
		t.Fatalf("got exit code %d; the log:\n%s", code, &log)
	}
	j.wantOutputs("b")
	for _, key := range j.s3.Keys(runBucket, "runs/first/results/") {
		if key != "runs/first/results/1.jsonl" && !strings.HasPrefix(key, "runs/first/results/1/") {
			t.Errorf("got %q, want only what is shard 1's", key)
		}
	}
	if got := j.count("GET", "runs/"); got != 2 {
		t.Errorf("got %d requests for the shard, want 2", got)
	}
}

func TestTheLogSaysHowTheShardBeganWhatFailedAndHowItEnded(t *testing.T) {
	j := newJob(t, "fail-on", "bad")
	j.put("a", "good")
	j.put("b", "bad")
	_, log := j.start(t.Context())
	var got []string
	for _, line := range lines(t, log) {
		delete(line, "time")
		delete(line, "seconds")
		got = append(got, fmt.Sprint(line))
	}
	want := []string{
		"map[bytes:7 level:INFO msg:started objects:2 shard:0]",
		"map[exit_code:1 key:input/b level:WARN msg:object failed reason:exit code 1]",
		"map[bytes_in:4 bytes_out:4 done:1 failed:1 level:INFO msg:finished objects:2 skipped:0]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s, want\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
