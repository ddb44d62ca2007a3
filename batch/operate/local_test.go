package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/folder"
	"batchjobwithlambda/batch/operate/runs"
)

const (
	first  = "local-20261125-120000.000"
	second = "local-20261125-130000.000"
)

// localFolder is what test/local leaves: a run in which 5 objects failed, and behind it one that was refused.
func localFolder(t *testing.T) string {
	t.Helper()
	path := t.TempDir()
	report, err := json.Marshal(contract.Report{
		Run: first, Environment: "dev", Pipeline: "main", Outcome: contract.RunFailed, Command: []string{"gzip", "-9"},
		Seconds: 90, Objects: 8, Done: 2, Skipped: 1, Failed: 5, Shards: 2, BytesIn: 2048, BytesOut: 1024,
		FailedManifest: "s3://bucket/runs/" + first + "/failed.jsonl",
		Failures:       []contract.FailureCount{{Kind: contract.FailedExit, ExitCode: 1, Objects: 4}, {Kind: contract.FailedExit, ExitCode: 2, Objects: 1}},
		Performance: contract.Performance{
			ObjectsPerSecond: 2.5, BytesPerSecond: 1 << 20, MemoryMiB: 2048,
			ShardSeconds:   contract.Spread{Median: 40, P99: 50, Max: 50},
			CommandSeconds: contract.Spread{Median: 0.02, P99: 2.1, Max: 11},
			CommandBytes:   contract.Spread{Median: 5 << 20, P99: 180 << 20, Max: 1 << 30},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	var failed []byte
	for _, object := range []contract.Object{
		{Key: "input/a.csv", Size: 1, Reason: "exit code 1: a.csv: line 17: not a number"},
		{Key: "input/b.csv", Size: 1, Reason: "exit code 1: b.csv: line 4: not a number"},
		{Key: "input/c.csv", Size: 1, Reason: "exit code 2: out of luck\n\x1b[31m"},
		{Key: "input/d.csv", Size: 1, Reason: "exit code 1: d.csv: line 99: not a number"},
		{Key: "input/e.csv", Size: 1, Reason: "exit code 1: e.csv: line 5: not a number"},
	} {
		failed = contract.AppendObject(failed, object)
	}
	for name, text := range map[string]string{
		"runs/" + first + "/report.json":  string(report),
		"runs/" + first + "/failed.jsonl": string(failed),
		"logs/" + first + "/job-0.log": `{"time":"2026-11-25T12:00:01Z","msg":"object failed","key":"input/a.csv"}` + "\n" +
			`{"time":"2026-11-25T12:02:00Z","msg":"finished","seconds":120}` + "\n",
		"logs/" + first + "/job-10.log":   "Segmentation fault\n",
		"logs/" + first + "/job-2.log":    `{"time":"2026-11-25T12:00:03Z","msg":"finished","seconds":1}` + "\n",
		"logs/" + second + "/collect.log": "",
	} {
		file := filepath.Join(path, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := (folder.Record{In: "in", Environment: "dev", Pipeline: "main"}).Write(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// typed does what the words say, and returns what was printed, and the exit code.
func typed(t *testing.T, words ...string) (out, messages string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = operate(t.Context(), words, &stdout, &stderr, runs.RealClock{})
	return stdout.String(), stderr.String(), code
}

// wantText fails unless the text has each of the parts, in this order.
func wantText(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := text
	for _, part := range parts {
		_, after, ok := strings.Cut(rest, part)
		if !ok {
			t.Fatalf("there is no %q in its place in:\n%s", part, text)
		}
		rest = after
	}
}

func TestTheRunsOfAFolderAreListedTheNewestFirst(t *testing.T) {
	out, _, code := typed(t, "runs", "-local", localFolder(t))
	wantText(t, out, second, "FAILED", "13:00:00", first, "FAILED", "12:00:00", "1 min 30 s")
	if code != exitDone {
		t.Errorf("got exit code %d", code)
	}
}

func TestFailuresAreGroupedByReasonTheMostFrequentFirst(t *testing.T) {
	out, _, code := typed(t, "failures", first, "-local", localFolder(t))
	wantText(t, out,
		"4 objects failed: exit code 1: …: line N: not a number\n", "  input/a.csv\n", "  and 1 more\n",
		`1 object failed: exit code 2: out of luck`, "  input/c.csv\n")
	if strings.Contains(out, "\x1b") || code != exitDone {
		t.Errorf("got exit code %d and %q", code, out)
	}
}

func TestFailuresAsJSONAreOneObjectALine(t *testing.T) {
	out, _, _ := typed(t, "failures", "-json", "-local", localFolder(t), first)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 5 {
		t.Fatalf("got %d lines, want 5:\n%s", len(lines), out)
	}
	var object contract.Object
	if err := json.Unmarshal([]byte(lines[4]), &object); err != nil || object.Key != "input/e.csv" {
		t.Errorf("got %q: %v", lines[4], err)
	}
}

func TestAReportEndsWithTheCommandThatRunsTheFailuresAgain(t *testing.T) {
	path := localFolder(t)
	out, _, _ := typed(t, "report", first, "-local", path)
	wantText(t, out, first+" (dev/main)", "FAILED", "8: 2 done, 1 skipped, 5 failed", "4 objects failed",
		"go run ./batch/operate rerun "+first+" -local "+path)
}

// What the message says of a run, the report says too.
func TestAReportHasTheFiguresOfTheMessage(t *testing.T) {
	out, _, _ := typed(t, "report", first, "-local", localFolder(t))
	wantText(t, out,
		"failures             4 exit code 1, 1 exit code 2\n",
		"time                 1 min 30 s\n",
		"jobs                 2, each 40 s (median), the longest 50 s\n",
		"throughput           2.5 objects/s, 1.0 MiB/s, in each second of a job\n",
		"time of an object    20 ms (median), 2.1 s (99 %), 11 s (most)\n",
		"memory of an object  5.0 MiB (median), 180 MiB (99 %), 1.0 GiB (most); a job has 2.0 GiB\n")
}

func TestARunWithoutAReportSaysSoInsteadOfNoFailures(t *testing.T) {
	for _, verb := range []string{"report", "failures", "rerun", "cost"} {
		out, messages, code := typed(t, verb, "-local", localFolder(t))
		if code != exitNotDone || out != "" || !strings.Contains(messages, second+", FAILED: the run has no report") {
			t.Errorf("%s: got exit code %d, %q and %q", verb, code, out, messages)
		}
	}
}

func TestLogsCanBeNarrowedToAShardAndToAnObject(t *testing.T) {
	path := localFolder(t)
	out, _, _ := typed(t, "logs", first, "-local", path)
	wantText(t, out, "job 0:", "job 0:", "job 2:", "job 10: Segmentation fault")
	out, _, _ = typed(t, "logs", first, "-local", path, "-shard", "2")
	if strings.Count(out, "\n") != 1 || !strings.Contains(out, "job 2:") {
		t.Errorf("of job 2 got:\n%s", out)
	}
	out, _, _ = typed(t, "logs", first, "-local", path, "-object", "input/a.csv", "-json")
	if out != `{"time":"2026-11-25T12:00:01Z","msg":"object failed","key":"input/a.csv"}`+"\n" {
		t.Errorf("of the object got:\n%s", out)
	}
}

func TestTheCostCountsAShortJobAsAMinute(t *testing.T) {
	out, _, _ := typed(t, "cost", first, "-local", localFolder(t), "-json")
	var bill struct {
		Items []struct{ Amount float64 }
	}
	if err := json.Unmarshal([]byte(out), &bill); err != nil {
		t.Fatal(err)
	}
	if hours := bill.Items[0].Amount; hours != 3.0/60 {
		t.Errorf("got %v hours of 2 minutes and 1 second, want 3 minutes", hours)
	}
}

func TestWhatCannotBeDoneIsSaidWithWhatIsWanted(t *testing.T) {
	path := localFolder(t)
	for want, words := range map[string][]string{
		`got the verb "retry", want one of: `:       {"retry"},
		`want: report [RUN] [flags]`:                {"report", "a", "b", "-local", path},
		`no such run: got "x"`:                      {"report", "x", "-local", path},
		"local-20261125-140000.000 is not in":       {"report", "local-20261125-140000.000", "-local", path},
		"want a folder that test/local has written": {"runs", "-local", filepath.Join(path, "none")},
		"-limit: got 0, want 1 or more":             {"runs", "-limit", "0", "-local", path},
		"-shard: got -2, want":                      {"logs", "-shard", "-2", "-local", path},
		"flag provided but not defined: -colour":    {"runs", "-colour"},
	} {
		out, messages, code := typed(t, words...)
		if code != exitNotDone || out != "" || !strings.Contains(messages, want) {
			t.Errorf("%q: got exit code %d, %q and %q, want %q", words, code, out, messages, want)
		}
	}
}

func TestHelpNamesEachVerb(t *testing.T) {
	out, _, code := typed(t, "help")
	for _, v := range verbs() {
		if !strings.Contains(out, "  "+v.name) || !strings.Contains(out, v.does) {
			t.Errorf("it does not name %s", v.name)
		}
	}
	if _, messages, helped := typed(t, "logs", "-h"); code != exitDone || helped != exitDone || !strings.Contains(messages, "-shard") {
		t.Errorf("got exit codes %d and %d, and %q", code, helped, messages)
	}
}
