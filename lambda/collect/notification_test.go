package main

import (
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

var reportAddress = contract.Address{Bucket: "workspace", Key: "runs/nightly-7/report.json"}

// nightly is a report to change.
func nightly(change func(*contract.Report)) contract.Report {
	report := contract.Report{
		Run:         "nightly-7",
		Environment: "prod",
		Pipeline:    "main",
		Execution:   "arn:aws:states:eu-north-1:111122223333:execution:Pipeline:nightly-7",
		Outcome:     contract.Succeeded,
		Origin:      contract.Origin{Source: contract.SourcePrefix, Address: "s3://files/input/2026/"},
		Command:     []string{"gzip", "-9"},
		Seconds:     123,
		Objects:     40,
		Done:        38,
		Skipped:     2,
		BytesIn:     1503238553,
		BytesOut:    310 << 20,
		Shards:      4,
		Performance: contract.Performance{
			JobSeconds:       400,
			ObjectsPerSecond: 0.1,
			BytesPerSecond:   3758096,
			ShardSeconds:     contract.Spread{Median: 95, P99: 118, Max: 118},
			CommandSeconds:   contract.Spread{Median: 0.02, P99: 2.1, Max: 11},
			CommandBytes:     contract.Spread{Median: 5 << 20, P99: 180 << 20, Max: 1 << 30},
			MemoryMiB:        2048,
		},
	}
	change(&report)
	return report
}

func wantMessage(t *testing.T, got contract.Summary, subject, message string) {
	t.Helper()
	if got.Subject != subject {
		t.Errorf("got subject  %s\nwant %s", got.Subject, subject)
	}
	if want := strings.TrimPrefix(message, "\n"); got.Message != want {
		t.Errorf("got message\n%s\nwant\n%s", got.Message, want)
	}
}

func TestTheMessageOfARunThatSucceeded(t *testing.T) {
	wantMessage(t, describe(nightly(func(*contract.Report) {}), reportAddress, stateMachine),
		`[prod/main] SUCCEEDED: 40 objects, 38 done, 2 skipped`, `
SUCCEEDED: 40 objects, 38 done, 2 skipped.

Run: nightly-7 (prod/main)
Input: s3://files/input/2026/
Command: gzip -9
Objects: 38 done, 2 skipped (already done), 0 failed (tolerated: 0 %)
Bytes: 1.4 GiB in, 310 MiB out
Time: 2 min 3 s
Jobs: 4, each 1 min 35 s (median), the longest 1 min 58 s
Throughput: 0.1 objects/s, 3.6 MiB/s, in each second of a job
Time of an object: 20 ms (median), 2.1 s (99 %), 11 s (most)
Memory of an object: 5.0 MiB (median), 180 MiB (99 %), 1.0 GiB (most); a job has 2.0 GiB
Report: s3://workspace/runs/nightly-7/report.json
Execution: https://eu-north-1.console.aws.amazon.com/states/home?region=eu-north-1#/v2/executions/details/arn:aws:states:eu-north-1:111122223333:execution:Pipeline:nightly-7
`)
}

func TestTheMessageSaysWhatIsArchivedAndThatItWasLeftOut(t *testing.T) {
	origin := contract.Origin{Archived: 1200, FirstArchived: []string{"input/a", "input/b"}}
	got := describe(nightly(func(r *contract.Report) { r.Origin = origin }), reportAddress, stateMachine)
	if want := "[prod/main] SUCCEEDED: 40 objects, 38 done, 2 skipped; 1,200 archived and left out"; got.Subject != want {
		t.Errorf("got subject %s, want %s", got.Subject, want)
	}
	const line = "Archived: 1,200 objects left out, which cannot be read before they are restored, such as input/a, input/b\n"
	if !strings.Contains(got.Message, line) {
		t.Errorf("got message\n%s\nwant it to have\n%s", got.Message, line)
	}
	got = describe(nightly(func(r *contract.Report) { r.Origin, r.Objects, r.Shards = origin, 0, 0 }), reportAddress, stateMachine)
	const want = "[prod/main] SUCCEEDED: nothing to do: archived and left out are 1,200 objects"
	if got.Subject != want {
		t.Errorf("got subject %s, want %s", got.Subject, want)
	}
}

func TestTheMessageOfARunThatFailed(t *testing.T) {
	report := nightly(func(r *contract.Report) {
		r.Outcome, r.Done, r.Failed, r.ShardsLost = contract.RunFailed, 32, 6, 1
		r.Command = []string{"sh", "-c", "tr a-z A-Z | gzip"}
		r.Performance = contract.Performance{}
		r.Failures = []contract.FailureCount{
			{
				Kind: contract.FailedExit, ExitCode: 1, Objects: 3,
				Key: "input/a.txt", Reason: "exit code 1: gzip: stdin: unexpected end of file",
			},
			{Kind: contract.FailedNotReached, Objects: 1, Key: "input/größe 😀", Reason: "not reached: the job ended before it"},
			{
				Kind: contract.FailedExit, ExitCode: 2, Objects: 1,
				Key: "input/b\nSUCCEEDED: 40 objects", Reason: "exit code 2: line one\nline two",
			},
			{
				Kind: contract.FailedSignal, Objects: 1,
				Key:    "input/" + strings.Repeat("long", 200) + ".csv",
				Reason: "Traceback\n" + strings.Repeat("  at line\n", 90) + "ValueError: no number",
			},
		}
		r.JobError = &contract.TaskError{Error: "States.TaskFailed", Cause: `{"StatusReason":"Array Child Job failed"}`}
		r.FailedManifest = "s3://workspace/runs/nightly-7/failed.jsonl"
	})
	wantMessage(t, describe(report, reportAddress, stateMachine),
		`[prod/main] FAILED: 6 of 40 objects failed: 3 exit code 1, 1 not reached, 1 exit code 2, 1 killed b`, `
FAILED: 6 of 40 objects failed; 3 of them: exit code 1: gzip: stdin: unexpected end of file

- 3 objects, such as input/a.txt: exit code 1: gzip: stdin: unexpected end of file
- 1 object, such as input/größe 😀: not reached: the job ended before it
- 1 object, such as input/b\nSUCCEEDED: 40 objects: exit code 2: line one\nline two
- 1 object, such as input/longlonglonglonglonglonglonglonglo…onglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglong.csv: Traceback\n  at line\n  at line\n  at line\n  at line…t line\n  at line\n  at line\n  at line\n  at line\n  at line\n  at line\n  at line\nValueError: no number
All of them: s3://workspace/runs/nightly-7/failed.jsonl

To run only the failures again:
go run ./batch/operate rerun nightly-7 -env prod -pipeline main
or: aws stepfunctions start-execution --region eu-north-1 --state-machine-arn arn:aws:states:eu-north-1:111122223333:stateMachine:Pipeline --input '{"manifest":"s3://workspace/runs/nightly-7/failed.jsonl"}'

Run: nightly-7 (prod/main)
Input: s3://files/input/2026/
Command: sh -c 'tr a-z A-Z | gzip'
Objects: 32 done, 2 skipped (already done), 6 failed (tolerated: 0 %)
Bytes: 1.4 GiB in, 310 MiB out
Time: 2 min 3 s
Jobs: 4
Jobs that ended early: 1
Job error: Array Child Job failed
Report: s3://workspace/runs/nightly-7/report.json
Execution: https://eu-north-1.console.aws.amazon.com/states/home?region=eu-north-1#/v2/executions/details/arn:aws:states:eu-north-1:111122223333:execution:Pipeline:nightly-7
`)
}

func TestALockedPhoneShowsHowManyFailedAndWhy(t *testing.T) {
	for want, failed := range map[string]contract.FailureCount{
		"FAILED: 6 of 40 objects failed; each: took longer than 10 s\n": {Objects: 6, Reason: "took longer than 10 s"},
		"FAILED: 6 of 40 objects failed; 5 of them: exit code 1: xx":    {Objects: 5, Reason: "exit code 1: " + strings.Repeat("x", 900)},
	} {
		report := nightly(func(r *contract.Report) {
			r.Outcome, r.Failed, r.Failures = contract.RunFailed, 6, []contract.FailureCount{failed}
		})
		message := describe(report, reportAddress, stateMachine).Message
		first, _, _ := strings.Cut(message, "\n")
		if !strings.HasPrefix(message, want) || len([]rune(first)) > lockScreen {
			t.Errorf("got %q, want %q and no more than %d characters", first, want, lockScreen)
		}
	}
}

func TestTheFailuresOfARunWithParametersAreRunAgainWithThem(t *testing.T) {
	report := nightly(func(r *contract.Report) {
		r.Outcome, r.Failed, r.FailedManifest = contract.RunFailed, 6, "s3://workspace/runs/nightly-7/failed.jsonl"
		r.Parameters = contract.Parameters{"level": "9"}
	})
	const want = ` --input '{"manifest":"s3://workspace/runs/nightly-7/failed.jsonl","parameters":{"level":"9"}}'`
	if message := describe(report, reportAddress, stateMachine).Message; !strings.Contains(message, want) {
		t.Errorf("got %s\nwant%s", message, want)
	}
}

func TestTheMessageOfAnInvalidInput(t *testing.T) {
	request := contract.CollectRequest{Run: "demo", Execution: execution, StateMachine: stateMachine}
	planning := contract.TaskError{
		Error: "InvalidInput",
		Cause: `{"errorMessage":"shards: got 0, want 1 to 100","errorType":"InvalidInput"}`,
	}
	wantMessage(t, describeNothingStarted("dev/main", request, planning),
		`[dev/main] FAILED: invalid input, nothing was started`, `
FAILED: invalid input, nothing was started.

shards: got 0, want 1 to 100

Run: demo (dev/main)
Execution: https://eu-north-1.console.aws.amazon.com/states/home?region=eu-north-1#/v2/executions/details/arn:aws:states:eu-north-1:111122223333:execution:Pipeline:demo

To start it again, with a corrected input in input.json:
aws stepfunctions start-execution --region eu-north-1 --state-machine-arn arn:aws:states:eu-north-1:111122223333:stateMachine:Pipeline --input file://input.json
`)
}

func TestTheMessageOfAPlanningThatFailed(t *testing.T) {
	request := contract.CollectRequest{Run: "demo", Execution: execution, StateMachine: stateMachine}
	planning := contract.TaskError{Error: "States.Timeout", Cause: ""}
	wantMessage(t, describeNothingStarted("dev/main", request, planning),
		`[dev/main] FAILED: planning failed, nothing was started`, `
FAILED: planning failed, nothing was started.

States.Timeout

Run: demo (dev/main)
Execution: https://eu-north-1.console.aws.amazon.com/states/home?region=eu-north-1#/v2/executions/details/arn:aws:states:eu-north-1:111122223333:execution:Pipeline:demo

To start it again, with the same input in input.json:
aws stepfunctions start-execution --region eu-north-1 --state-machine-arn arn:aws:states:eu-north-1:111122223333:stateMachine:Pipeline --input file://input.json
`)
}

func TestTheSubjectSaysOutcomeAndCount(t *testing.T) {
	for want, change := range map[string]func(*contract.Report){
		"[prod/main] SUCCEEDED: nothing to do: no objects below s3://files/input/x/": func(r *contract.Report) {
			r.Objects, r.Origin = 0, contract.Origin{Source: contract.SourcePrefix, Address: "s3://files/input/x/"}
		},
		"[prod/main] SUCCEEDED: nothing to do: no objects in s3://files/runs/n/failed.jsonl": func(r *contract.Report) {
			r.Objects, r.Origin = 0, contract.Origin{Source: contract.SourceManifest, Address: "s3://files/runs/n/failed.jsonl"}
		},
		"[prod/main] SUCCEEDED: nothing to do: no objects below s3://a-bucket...long-name-0000/input/2026/": func(r *contract.Report) {
			r.Objects, r.Origin = 0, contract.Origin{
				Source:  contract.SourcePrefix,
				Address: "s3://a-bucket-with-a-very-long-name-a-bucket-with-a-long-name-0000/input/2026/",
			}
		},
		"[prod/main] SUCCEEDED: nothing to do: the filters left out 3,000 objects": func(r *contract.Report) {
			r.Objects, r.Origin.LeftOut = 0, 3000
		},
		"[prod/main] SUCCEEDED: 1 object, 1 done":              func(r *contract.Report) { r.Objects, r.Done, r.Skipped = 1, 1, 0 },
		"[prod/main] SUCCEEDED: 40 objects, 39 done, 1 failed": func(r *contract.Report) { r.Done, r.Skipped, r.Failed = 39, 0, 1 },
		"[prod/main] FAILED: 10,000,000 of 10,000,000 objects failed": func(r *contract.Report) {
			r.Outcome, r.Objects, r.Failed = contract.RunFailed, 10_000_000, 10_000_000
		},
	} {
		if got := describe(nightly(change), reportAddress, stateMachine).Subject; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestTheMessageSaysThatFiltersAndALimitLeftObjectsOut(t *testing.T) {
	report := nightly(func(r *contract.Report) { r.Origin.LeftOut, r.Origin.Limited = 1200, true })
	const want = "Input: s3://files/input/2026/\nFilters: 1,200 objects left out\nLimit: there are more objects\nCommand: "
	if got := describe(report, reportAddress, stateMachine).Message; !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant in it\n%s", got, want)
	}
}

func TestAMessageIsShortWhateverTheKeysAndReasons(t *testing.T) {
	nasty := strings.Repeat("😀\n\x00", 1000)
	report := nightly(func(r *contract.Report) {
		r.Outcome, r.Failed, r.Command = contract.RunFailed, 40, []string{nasty, nasty}
		r.Origin.Address = nasty
		r.JobError = &contract.TaskError{Error: nasty, Cause: nasty}
		for range 100 {
			r.Failures = append(r.Failures, contract.FailureCount{Objects: 1, Key: nasty, Reason: nasty})
		}
	})
	summary := describe(report, reportAddress, stateMachine)
	if len(summary.Message) > 8<<10 || strings.Count(summary.Message, "\n") != 28 {
		t.Errorf("got %d bytes in %d lines:\n%s", len(summary.Message), strings.Count(summary.Message, "\n"), summary.Message)
	}
}
