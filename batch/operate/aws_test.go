package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/wire"
)

// ended adds an execution that has ended.
func (f *fake) ended(name string, status sfntypes.ExecutionStatus) *execution {
	e := &execution{name: name, status: status, started: noon.Add(-time.Hour), stopped: noon.Add(-time.Minute)}
	f.executions = append(f.executions, e)
	return e
}

// running adds an execution with an array of jobs of the status.
func (f *fake) running(name string, jobs int, status batchtypes.JobStatus) *job {
	of := &job{
		children: slices.Repeat([]batchtypes.JobStatus{status}, jobs), lines: map[int][]string{}, definition: definitionARN,
	}
	f.jobs["job"] = of
	f.executions = append(f.executions, &execution{
		name: name, status: sfntypes.ExecutionStatusRunning, started: noon, state: "Submit Batch Array Job", job: "job",
		plan: `{"batch_input": {"manifest": "s3://files/runs/x/manifest.jsonl"}, "objects": 1000000, "bytes": 1073741824}`,
	})
	return of
}

// input is the input of the newest execution.
func (f *fake) input() string { return f.executions[len(f.executions)-1].input }

func TestStartHandsEachFieldOfTheInputOn(t *testing.T) {
	for want, words := range map[string][]string{
		`{}`:                                {},
		`{"prefix":"2026/"}`:                {"-prefix", "2026/"},
		`{"objects":["input/a","input/b"]}`: {"-objects", "input/a", "--objects", "input/b"},
		`{"manifest":"s3://files/runs/x/failed.jsonl"}`:           {"-manifest", "s3://files/runs/x/failed.jsonl"},
		`{"exclude":["*.tmp"],"include":["**/*.csv"],"shards":3}`: {"-include", "**/*.csv", "-exclude", "*.tmp", "-shards", "3"},
		`{"force":true,"limit":10,"max_size":9,"min_size":1}`:     {"-force", "-limit", "10", "-max-size", "9", "-min-size", "1"},
		`{"modified_since":"2026-11-25T00:00:00Z"}`:               {"-modified-since", "2026-11-25T00:00:00Z"},
	} {
		f := newFake(t)
		out, messages, code := f.typed(t, append([]string{"start"}, words...)...)
		if code != exitDone || len(f.executions) != 1 || f.input() != want {
			t.Errorf("%q: got exit code %d, %q, and %+v, want the input %s", words, code, messages, f.executions, want)
			continue
		}
		wantText(t, out, "started "+f.executions[0].name, "https://eu-north-1.console", "operate watch "+f.executions[0].name)
	}
}

func TestEveryFieldOfTheInputHasAFlag(t *testing.T) {
	_, help, _ := newFake(t).typed(t, "start", "-h")
	for _, field := range contract.InputFields() {
		if flag := "-" + strings.ReplaceAll(field.Name, "_", "-"); !strings.Contains(help, "  "+flag) {
			t.Errorf("there is no flag %s in:\n%s", flag, help)
		}
	}
}

func TestABadInputIsRefusedInTheWordsOfThePlannerBeforeAnythingIsStarted(t *testing.T) {
	f := newFake(t)
	settings := contract.PlanSettings{
		Input:     contract.Location{Bucket: bucket, Prefix: "input/"},
		Output:    contract.Location{Bucket: bucket, Prefix: "output/"},
		Runs:      contract.Location{Bucket: bucket, Prefix: "runs/"},
		MaxShards: 100,
	}
	for input, words := range map[string][]string{
		`{"shards":101}`:                           {"-shards", "101"},
		`{"shards":"many"}`:                        {"-shards", "many"},
		`{"prefix":"input/2026/"}`:                 {"-prefix", "input/2026/"},
		`{"manifest":"s3://other/x.jsonl"}`:        {"-manifest", "s3://other/x.jsonl"},
		`{"objects":["input/a"],"prefix":"a"}`:     {"-prefix", "a", "-objects", "input/a"},
		`{"inventory":"s3://other/manifest.json"}`: {"-inventory", "s3://other/manifest.json"},
	} {
		_, err := contract.ParseInput([]byte(input), settings)
		out, messages, code := f.typed(t, append([]string{"start"}, words...)...)
		if code != exitNotDone || out != "" || messages != fmt.Sprintf("start: %v\n", err) {
			t.Errorf("%q: got exit code %d, %q and %q, want %q", words, code, out, messages, err)
		}
	}
	if len(f.executions) != 0 {
		t.Errorf("got %d executions, want none", len(f.executions))
	}
}

func TestRunsAreReadPageByPage(t *testing.T) {
	f := newFake(t)
	for i := range 2500 {
		f.ended("run"+strconv.Itoa(i), sfntypes.ExecutionStatusSucceeded)
	}
	out, _, code := f.typed(t, "runs", "-limit", "2100", "-json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != exitDone || len(lines) != 2100 || !strings.Contains(lines[0], `"run2499"`) || !strings.Contains(lines[2099], `"run400"`) {
		t.Errorf("got exit code %d and %d lines, the first %s", code, len(lines), lines[0])
	}
}

func TestStartsThatFoundNothingToDoAreNoRuns(t *testing.T) {
	f := newFake(t)
	f.leaveReport(t, "arrivals-busy", 1)
	f.leaveReport(t, "scheduled-busy", 0)
	f.ended("arrivals-busy", sfntypes.ExecutionStatusFailed)
	f.ended("scheduled-busy", sfntypes.ExecutionStatusSucceeded)
	f.ended("scheduled-stopped", sfntypes.ExecutionStatusAborted)
	for i := range 300 {
		f.ended("arrivals-idle"+strconv.Itoa(i), sfntypes.ExecutionStatusSucceeded)
	}
	out, _, _ := f.typed(t, "runs")
	wantText(t, out, "scheduled-stopped", "scheduled-busy", "arrivals-busy")
	if strings.Contains(out, "idle") {
		t.Errorf("starts that found nothing to do are listed:\n%s", out)
	}
	f.ended("scheduled-idle", sfntypes.ExecutionStatusSucceeded)
	f.leaveReport(t, "scheduled-stopped", 2)
	out, _, _ = f.typed(t, "report")
	wantText(t, out, "scheduled-stopped (dev/main)")
}

func TestTheNewestRunIsMeantIfNoneIsNamed(t *testing.T) {
	f := newFake(t)
	for name, failed := range map[string]int64{"older": 0, "newer": 2} {
		f.leaveReport(t, name, failed)
	}
	f.ended("older", sfntypes.ExecutionStatusSucceeded)
	f.ended("newer", sfntypes.ExecutionStatusFailed)
	out, _, _ := f.typed(t, "report")
	wantText(t, out, "newer (dev/main)", "FAILED", "2 objects failed: exit code 1: bad", "operate rerun newer -env dev")
	out, _, _ = f.typed(t, "report", "older")
	wantText(t, out, "older (dev/main)", "SUCCEEDED")
}

func TestRerunStartsOnlyTheFailures(t *testing.T) {
	f := newFake(t)
	f.leaveReport(t, "run", 2)
	f.ended("run", sfntypes.ExecutionStatusFailed)
	if _, messages, code := f.typed(t, "rerun"); code != exitDone || f.input() != `{"manifest":"s3://files/runs/run/failed.jsonl"}` {
		t.Errorf("got exit code %d, %q and the input %s", code, messages, f.input())
	}
}

func TestADryRunIsToldWithWhatItWouldCostAndIsNobodysLastRun(t *testing.T) {
	f := newFake(t)
	f.leaveReport(t, "older", 2)
	f.ended("older", sfntypes.ExecutionStatusFailed)
	f.put(t, contract.Run{Runs: contract.Location{Bucket: bucket, Prefix: "runs/"}, ID: "dry"}.Report(), []byte(
		`{"run":"dry","environment":"dev","pipeline":"main","outcome":"SUCCEEDED","forecast":{"shard_seconds":600},`+
			`"dry_run":{"shards":12,"objects":1000000,"bytes":1048576}}`))
	f.ended("dry", sfntypes.ExecutionStatusSucceeded)
	for _, verb := range []string{"report", "watch"} {
		out, _, _ := f.typed(t, verb)
		wantText(t, out, "dry run", "dry (dev/main)", "objects", "1,000,000", "time of all jobs", "2 h",
			"jobs", "2 hours", "S3, writing", "$5.0002", "such a run")
	}
	out, _, _ := f.typed(t, "cost", "dry")
	wantText(t, out, "2 hours", "such a run")
	if _, messages, code := f.typed(t, "start", "-manifest", "last"); code != exitDone || f.input() != `{"manifest":"s3://files/runs/older/failed.jsonl"}` {
		t.Errorf("got exit code %d, %q and the input %s", code, messages, f.input())
	}
}

func TestTheManifestOfTheLastRunNeedNotBeTyped(t *testing.T) {
	f := newFake(t)
	f.leaveReport(t, "older", 2)
	f.ended("older", sfntypes.ExecutionStatusFailed)
	if _, messages, code := f.typed(t, "start", "-manifest", "last"); code != exitDone || f.input() != `{"manifest":"s3://files/runs/older/failed.jsonl"}` {
		t.Errorf("got exit code %d, %q and the input %s", code, messages, f.input())
	}
	f = newFake(t)
	f.leaveReport(t, "fine", 0)
	f.ended("fine", sfntypes.ExecutionStatusSucceeded)
	if _, messages, code := f.typed(t, "start", "-manifest", "last"); code != exitNotDone || !strings.Contains(messages, "nothing did in fine") {
		t.Errorf("got exit code %d and %q", code, messages)
	}
}

// segmentOf is what a job leaves of a hundred objects.
func segmentOf() []byte {
	segment := contract.Segment{Admitted: 100, Ended: true, Milliseconds: 1000}
	for i := range 100 {
		result := contract.Result{Key: "input/" + strconv.Itoa(i), Status: contract.Done, BytesIn: 1024, BytesOut: 1}
		switch i {
		case 50, 51:
			result = contract.Result{Key: result.Key, Status: contract.Skipped}
		case 99:
			result = contract.Result{Key: result.Key, Status: contract.Failed, Kind: contract.FailedExit, Reason: "exit code 1: bad"}
		}
		segment.Results = append(segment.Results, result)
	}
	return contract.AppendSegment(nil, segment)
}

// leaveSegment leaves a segment of the shard.
func (f *fake) leaveSegment(t *testing.T, shard, attempt int, segment []byte) {
	t.Helper()
	run := contract.Run{Runs: contract.Location{Bucket: bucket, Prefix: "runs/"}, ID: "run"}
	name := contract.SegmentName{Shard: shard, Attempt: attempt, Writer: "a"}
	f.put(t, name.Address(run.Results()), segment)
}

// tenThousand adds a run of 10,000 jobs that takes an hour, each of which leaves a segment.
func tenThousand(t *testing.T, f *fake, failed int64) *execution {
	t.Helper()
	of := f.running("run", 10_000, batchtypes.JobStatusRunnable)
	e, ended, segment := f.executions[0], 0, segmentOf()
	f.passes = func() {
		passed := f.now.Sub(noon)
		for ; ended < min(len(of.children), int(10_000*passed/time.Hour)); ended++ {
			of.children[ended] = batchtypes.JobStatusSucceeded
			f.leaveSegment(t, ended, 1, segment)
		}
		if passed >= time.Hour {
			e.status, e.state = sfntypes.ExecutionStatusSucceeded, ""
			if failed > 0 {
				e.status = sfntypes.ExecutionStatusFailed
			}
		}
	}
	f.leaveReport(t, "run", failed)
	return e
}

// The quotas are far above: DescribeExecution and GetExecutionHistory have buckets of hundreds, and
// S3 allows thousands of requests.
func TestWatchingTenThousandJobsForAnHourMakesThreeRequestsASecond(t *testing.T) {
	f := newFake(t)
	tenThousand(t, f, 0)
	_, _, code := f.typed(t, "watch")
	seconds := f.now.Sub(noon).Seconds()
	t.Logf("%d requests in %.0f s: %.2f a second", len(f.actions), seconds, float64(len(f.actions))/seconds)
	if code != exitDone || seconds < 3600 || float64(len(f.actions)) > seconds*3.01+10 {
		t.Errorf("got exit code %d, and %d requests in %.0f s, want at most three a second", code, len(f.actions), seconds)
	}
	busiest := map[time.Time]int{}
	for _, at := range f.times {
		busiest[at]++
	}
	for at, requests := range busiest {
		if requests > 14 {
			t.Errorf("got %d requests at once at %v", requests, at)
		}
	}
}

func TestWatchingInALogPrintsALineAMinuteAndTheReportAtTheEnd(t *testing.T) {
	f := newFake(t)
	tenThousand(t, f, 0)
	out, _, _ := f.typed(t, "watch", "run")
	wantText(t, out,
		"Submit Batch Array Job; 0 of 10,000 jobs ended; 10,000 RUNNABLE; 1,000,000 objects planned, 1.0 GiB; 0.0 s\n",
		"failed: input/99: exit code 1: bad\n",
		"5,000 of 10,000 jobs ended; 5,000 RUNNABLE; 5,000 SUCCEEDED; about 500,000 of 1,000,000 objects: "+
			"485,000 done, 10,000 skipped, 5,000 failed; 474 MiB read, ", "; 30 min 0 s; about 30 min 0 s to go",
		"outcome", "SUCCEEDED")
	if lines := strings.Count(out, "jobs ended"); lines != 60 {
		t.Errorf("got %d lines of an hour, want 60", lines)
	}
}

func TestWatchCountsTheObjectsOfAFewJobsOneByOne(t *testing.T) {
	f := newFake(t)
	of := f.running("run", 3, batchtypes.JobStatusRunning)
	f.executions[0].plan = strings.Replace(f.executions[0].plan, "1000000", "300", 1)
	f.leaveReport(t, "run", 0)
	refused := contract.AppendSegment(nil, contract.Segment{Results: []contract.Result{
		{Key: "input/99", Status: contract.Failed, Kind: contract.FailedRefused, Reason: "refused by S3: AccessDenied"},
	}})
	later := contract.AppendSegment(nil, contract.Segment{Results: []contract.Result{
		{Key: "input/99", Status: contract.Done, BytesIn: 1024},
	}})
	looks := 0
	f.passes = func() {
		switch looks++; looks {
		case 1:
			f.leaveSegment(t, 0, 1, segmentOf())
			f.leaveSegment(t, 2, 1, refused)
		case 25:
			f.leaveSegment(t, 2, 2, later)
		case 60:
			copy(of.children, slices.Repeat([]batchtypes.JobStatus{batchtypes.JobStatusSucceeded}, 3))
			f.executions[0].status = sfntypes.ExecutionStatusSucceeded
		}
	}
	out, messages, code := f.typed(t, "watch")
	if code != exitDone {
		t.Errorf("got exit code %d and %q", code, messages)
	}
	wantText(t, out,
		"failed: input/99: exit code 1: bad\nfailed: input/99: refused by S3: AccessDenied\n",
		"; 101 of 300 objects: 97 done, 2 skipped, 2 failed; 97 KiB read",
		"; 101 of 300 objects: 98 done, 2 skipped, 1 failed; 98 KiB read")
}

func TestWatchEndsAsTheRunDid(t *testing.T) {
	f := newFake(t)
	tenThousand(t, f, 3)
	if out, messages, code := f.typed(t, "watch"); code != exitRunFailed || messages != "" {
		t.Errorf("got exit code %d and %q:\n%s", code, messages, out)
	}
}

func TestARunThatPlannedNothingIsToldByItsError(t *testing.T) {
	f := newFake(t)
	e := f.ended("run", sfntypes.ExecutionStatusFailed)
	e.err, e.cause = contract.ErrorInvalidInput, "shards: got 0"
	out, _, code := f.typed(t, "watch")
	if wantText(t, out, "run: FAILED InvalidInput: shards: got 0"); code != exitRunFailed {
		t.Errorf("got exit code %d", code)
	}
}

func TestCtrlCEndsTheWatchingAndNotTheRun(t *testing.T) {
	f := newFake(t)
	e := tenThousand(t, f, 0)
	ctx, interrupt := context.WithCancel(t.Context())
	f.passes = interrupt
	_, messages, code := f.typedUntil(ctx, "watch")
	wantText(t, messages, "run goes on; to watch it again: go run ./batch/operate watch run -env dev", "stop run")
	if code != exitInterrupted || e.status != sfntypes.ExecutionStatusRunning {
		t.Errorf("got exit code %d, and the run is %s", code, e.status)
	}
}

func TestStartMayWatchAtOnce(t *testing.T) {
	f := newFake(t)
	f.passes = func() {
		f.executions[0].status = sfntypes.ExecutionStatusFailed
		f.executions[0].err, f.executions[0].cause = contract.ErrorPlanning, "no"
	}
	out, _, code := f.typed(t, "start", "-watch")
	if wantText(t, out, "started ", "Generate batch job input", "PlanningFailed: no"); code != exitRunFailed {
		t.Errorf("got exit code %d", code)
	}
}

func TestStopSeesTheJobsEnd(t *testing.T) {
	f := newFake(t)
	of := f.running("run", 3, batchtypes.JobStatusRunning)
	pauses := 0
	f.passes = func() {
		if pauses++; pauses == 2 {
			copy(of.children, slices.Repeat([]batchtypes.JobStatus{batchtypes.JobStatusFailed}, 3))
		}
	}
	out, _, code := f.typed(t, "stop")
	if wantText(t, out, "stopped run"); code != exitDone || pauses != 2 || f.executions[0].status != sfntypes.ExecutionStatusAborted {
		t.Errorf("got exit code %d after %d pauses, and the run is %s", code, pauses, f.executions[0].status)
	}
	out, _, _ = f.typed(t, "stop")
	wantText(t, out, "run has ended already: ABORTED")
}

func TestARunThatWasStoppedLocksNoOtherOut(t *testing.T) {
	for _, stopped := range []bool{false, true} {
		f := newFake(t)
		of := f.running("run", 1, batchtypes.JobStatusRunning)
		lock := f.lock(t, "run")
		f.passes = func() { of.children[0] = batchtypes.JobStatusFailed }
		if stopped { // By somebody else.
			f.executions[0].status = sfntypes.ExecutionStatusAborted
		}
		f.typed(t, "stop", "run")
		left, err := f.store.Read(lock.Bucket, lock.Key)
		if err != nil || !strings.Contains(string(left), `"until":"0001-01-01T00:00:00Z"`) {
			t.Errorf("stopped by somebody else: %v: the lock is %s (%v)", stopped, left, err)
		}
	}
}

func TestTheCostCountsTenThousandChildren(t *testing.T) {
	f := newFake(t)
	f.running("run", 10_000, batchtypes.JobStatusSucceeded)
	f.leaveReport(t, "run", 0)
	out, messages, _ := f.typed(t, "cost", "-json")
	var bill struct {
		Items []struct{ Amount, Dollars float64 }
	}
	if err := json.Unmarshal([]byte(out), &bill); err != nil {
		t.Fatalf("%v: %q", err, messages)
	}
	if hours := bill.Items[0].Amount; hours < 333.3 || hours > 333.4 {
		t.Errorf("got %v hours of 10,000 jobs of 2 minutes", hours)
	}
}

func TestTheLogsOfManyJobsAreReadByTheHundred(t *testing.T) {
	f := newFake(t)
	of := f.running("run", 250, batchtypes.JobStatusSucceeded)
	for i := range of.children {
		of.lines[i] = []string{`{"msg":"started"}`, `{"key":"input/` + strconv.Itoa(i) + `"}`, `{"msg":"finished"}`}
	}
	out, messages, code := f.typed(t, "logs", "-json")
	if lines := strings.Count(out, "\n"); code != exitDone || lines != 750 {
		t.Errorf("got exit code %d, %d lines and %q", code, lines, messages)
	}
	out, _, _ = f.typed(t, "logs", "-object", "input/123")
	if strings.Count(out, "\n") != 1 || !strings.Contains(out, "job 123: ") {
		t.Errorf("of one object got:\n%s", out)
	}
	out, _, _ = f.typed(t, "logs", "-shard", "249", "-json")
	if strings.Count(out, "\n") != 3 || !strings.Contains(out, "input/249") {
		t.Errorf("of one job got:\n%s", out)
	}
	if _, messages, code := f.typed(t, "logs", "-shard", "250"); code != exitNotDone || !strings.Contains(messages, "want less than 250") {
		t.Errorf("got exit code %d and %q", code, messages)
	}
}

func TestLogsThatAreFollowedSayEachLineOnce(t *testing.T) {
	f := newFake(t)
	of := f.running("run", 1, batchtypes.JobStatusRunning)
	of.lines[0] = []string{"1", "2", "3"}
	f.passes = func() {
		if of.lines[0] = append(of.lines[0], strconv.Itoa(len(of.lines[0])+1)); len(of.lines[0]) == 6 {
			f.executions[0].status = sfntypes.ExecutionStatusSucceeded
		}
	}
	if out, messages, _ := f.typed(t, "logs", "-f", "-json"); out != "1\n2\n3\n4\n5\n6\n" {
		t.Errorf("got %q and %q", out, messages)
	}
}

func TestARunThatIsGoneIsSaidToBe(t *testing.T) {
	f := newFake(t)
	for _, verb := range []string{"report", "watch", "failures", "rerun", "stop", "logs", "cost"} {
		_, messages, code := f.typed(t, verb, "gone")
		if code != exitNotDone || !strings.Contains(messages, `no such run: got "gone"`) || !strings.Contains(messages, "the verb runs") {
			t.Errorf("%s: got exit code %d and %q", verb, code, messages)
		}
	}
	f.running("old", 2, batchtypes.JobStatusSucceeded)
	delete(f.jobs, "job")
	if _, messages, code := f.typed(t, "logs"); code != exitNotDone || !strings.Contains(messages, "does not have the run's job any more") {
		t.Errorf("got exit code %d and %q", code, messages)
	}
}

func TestWhatIsDeniedIsNamed(t *testing.T) {
	f := newFake(t)
	f.refuses["DescribeJobs"] = wire.Refusal{
		Code: "AccessDeniedException", Message: "User: me is not authorized to perform: batch:DescribeJobs on resource: *",
	}
	f.running("run", 2, batchtypes.JobStatusRunning)
	if _, messages, code := f.typed(t, "watch"); code != exitNotDone || !strings.Contains(messages, "not authorized to perform: batch:DescribeJobs") {
		t.Errorf("got exit code %d and %q", code, messages)
	}
}

func TestARequestThatIsThrottledIsTriedAgain(t *testing.T) {
	f := newFake(t)
	f.throttled["StartExecution"] = true
	if _, messages, code := f.typed(t, "start"); code != exitDone || len(f.executions) != 1 {
		t.Errorf("got exit code %d, %q and %d executions", code, messages, len(f.executions))
	}
}

func TestAStackThatCannotBeOperatedSaysHowToMendIt(t *testing.T) {
	f := newFake(t)
	if _, messages, _ := f.typed(t, "runs", "-env", "prod"); !strings.Contains(messages, "got no BatchJobWithLambda-prod in this account and region") {
		t.Errorf("got %q", messages)
	}
	f.outputs["ThumbNailsStateMachine"] = machine
	if _, messages, _ := f.typed(t, "runs"); !strings.Contains(messages, `-pipeline: got "", want one of Main, ThumbNails`) {
		t.Errorf("got %q", messages)
	}
	if _, messages, code := f.typed(t, "runs", "-pipeline", "main"); code != exitDone {
		t.Errorf("got %q", messages)
	}
	f.outputs["ThumbNailsPlanSettings"] = "MAX_SHARDS=0"
	if _, messages, _ := f.typed(t, "runs", "-pipeline", "thumb-nails"); !strings.Contains(messages, "output ThumbNailsPlanSettings of the stack") {
		t.Errorf("got %q", messages)
	}
	f.outputs = nil
	if _, messages, _ := f.typed(t, "runs"); !strings.Contains(messages, "it is of an older version: make deploy") {
		t.Errorf("got %q", messages)
	}
}
