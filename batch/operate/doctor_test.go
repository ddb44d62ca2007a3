package main

import (
	"fmt"
	"strings"
	"testing"

	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"batchjobwithlambda/batch/operate/doctor"
	"batchjobwithlambda/test/page"
	"batchjobwithlambda/test/wire"
)

func TestTheDoctorSaysNothingOfAHealthyStack(t *testing.T) {
	f := newFake(t)
	for range 2 { // Before the first run, and after it.
		if out, messages, code := f.typed(t, "doctor"); code != exitDone || !strings.HasPrefix(out, "nothing is wrong") {
			t.Errorf("got exit code %d, %q and %q", code, out, messages)
		}
		f.running("run", 250, batchtypes.JobStatusSucceeded)
		f.executions[0].status = sfntypes.ExecutionStatusSucceeded
	}
}

func TestTheDoctorSaysFirstWhatExplainsTheRest(t *testing.T) {
	for want, plant := range map[string]func(*fake){
		"environments: compute environment spot is DISABLED": func(f *fake) { f.environmentState = batchtypes.CEStateDisabled },
		"dead letters: 3 messages":                           func(f *fake) { f.deadLetters = 3 },
		"image: image 111122223333.dkr.ecr": func(f *fake) {
			f.refuses["DescribeImages"] = wire.Refusal{Code: "ImageNotFoundException", Message: "no"}
		},
		"stuck jobs: job job:0 cannot start: AWS Batch does not know why": func(f *fake) {
			f.running("run", 2, batchtypes.JobStatusRunnable).reason = "UNDETERMINED - Batch job is blocked, root cause is undetermined."
		},
		"failed jobs: job job:0 failed: the image cannot be pulled": func(f *fake) {
			f.running("run", 2, batchtypes.JobStatusFailed).reason = "CannotPullContainerError: no"
			f.executions[0].status, f.executions[0].err = sfntypes.ExecutionStatusFailed, "ObjectsFailed"
		},
		"run: run run is FAILED: PlanningFailed: no": func(f *fake) {
			e := f.ended("run", sfntypes.ExecutionStatusFailed)
			e.err, e.cause = "PlanningFailed", "no"
		},
		"your permissions: this could not be asked: ": func(f *fake) {
			f.refuses["DescribeJobQueues"] = wire.Refusal{Code: "AccessDeniedException", Message: "no"}
		},
	} {
		f := newFake(t)
		plant(f)
		out, messages, code := f.typed(t, "doctor")
		if code != exitDone || !strings.HasPrefix(out, want) || !strings.Contains(out, "to mend it: ") {
			t.Errorf("got exit code %d, %q and\n%s\nwant %q first", code, messages, out, want)
		}
	}
}

// The page is written from the checks, so it cannot say anything else.
func TestTheOperationsPageHasEachCheckOfTheDoctor(t *testing.T) {
	var want strings.Builder
	want.WriteString("\n| check | asks | knows it by |\n|---|---|---|\n")
	for _, check := range doctor.Checks() {
		fmt.Fprintf(&want, "| %s | %s | %s |\n", check.Name, check.Asks, check.Known)
	}
	want.WriteString("\n")
	page.Section{
		Path:  "../../docs/operations.md",
		Begin: "<!-- The doctor's checks, written by \"make snapshots\". -->",
		End:   "<!-- /checks -->",
	}.Want(t, want.String())
}
