package main

import (
	"encoding/json"
	"strings"
	"testing"

	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/cost"
)

// inSecondRound adds an execution whose first two jobs have ended, and whose three larger ones run.
func (f *fake) inSecondRound() *job {
	f.running("run", 2, batchtypes.JobStatusSucceeded)
	e := f.executions[0]
	e.state, e.large = "Submit Large Batch Array Job", "large"
	e.plan = `{"batch_input": {"manifest": "s3://files/runs/run/large.jsonl"}, "objects": 6, "bytes": 600}`
	f.jobs["large"] = &job{
		children:   []batchtypes.JobStatus{"RUNNING", "RUNNING", "RUNNING"},
		lines:      map[int][]string{},
		definition: definitionARN,
	}
	return f.jobs["large"]
}

func TestWatchShowsTheLargerJobsOnceTheyAreThere(t *testing.T) {
	f := newFake(t)
	of := f.inSecondRound()
	f.leaveReport(t, "run", 0)
	run := contract.Run{Runs: contract.Location{Bucket: bucket, Prefix: "runs/"}, ID: "run"}.ForLarge()
	f.put(t, contract.SegmentsLocation(run.Results(), 0).Address("0001.jsonl"), contract.AppendSegment(nil, contract.Segment{
		Results: []contract.Result{{Key: "input/a", Status: contract.Done, BytesIn: 100}},
	}))
	looks := 0
	f.passes = func() {
		if looks++; looks == 90 {
			copy(of.children, []batchtypes.JobStatus{"SUCCEEDED", "SUCCEEDED", "SUCCEEDED"})
			f.executions[0].status = sfntypes.ExecutionStatusSucceeded
		}
	}
	out, messages, code := f.typed(t, "watch")
	if code != exitDone {
		t.Errorf("got exit code %d and %q", code, messages)
	}
	wantText(t, out, "Submit Large Batch Array Job; 0 of 3 jobs ended; 3 RUNNING; 1 of 6 objects: 1 done")
}

func TestTheLogsOfLargerJobsComeAfterThoseOfTheOthers(t *testing.T) {
	f := newFake(t)
	f.inSecondRound().lines[2] = []string{"of a larger job"}
	out, messages, code := f.typed(t, "logs", "-shard", "4", "-json")
	if code != exitDone || out != "of a larger job\n" {
		t.Errorf("got exit code %d, %q and %q", code, out, messages)
	}
	if _, messages, _ := f.typed(t, "logs", "-shard", "5"); !strings.Contains(messages, "want less than 5") {
		t.Errorf("got %q", messages)
	}
}

func TestLargerJobsAreBilledByTheirOwnSize(t *testing.T) {
	f := newFake(t)
	f.inSecondRound()
	f.executions[0].status = sfntypes.ExecutionStatusSucceeded
	run := contract.Run{Runs: contract.Location{Bucket: bucket, Prefix: "runs/"}, ID: "run"}
	report, err := json.Marshal(contract.Report{
		Run: "run", Outcome: contract.Succeeded, Objects: 10, Done: 10, Shards: 2,
		Large: &contract.LargeRound{
			LargeJob: contract.LargeJob{VCPU: 4, MemoryMiB: 16384}, Shards: 3, Objects: 6, JobSeconds: 7200,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	f.put(t, run.Report(), report)
	for _, words := range [][]string{{"cost", "-json"}, {"cost", "-month", "-json"}} {
		out, messages, _ := f.typed(t, words...)
		var bill cost.Bill
		if err := json.Unmarshal([]byte(out), &bill); err != nil {
			t.Fatalf("%v: %q", err, messages)
		}
		jobs, larger := bill.Items[0], bill.Items[1]
		if larger.What != "larger jobs" || larger.Amount != 2 ||
			larger.Dollars/larger.Amount < 4*(cost.Size{VCPU: 1, MemoryMiB: 2048, ARM64: true}).Hour() {
			t.Errorf("%v: got %+v beside %+v, want two hours of 4 vCPU", words, larger, jobs)
		}
	}
}
