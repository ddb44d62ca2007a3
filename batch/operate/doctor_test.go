package main

import (
	"fmt"
	"net/http"
	"slices"
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

func TestTheDoctorSaysOfWhatItMayNotAskWhatItNeeds(t *testing.T) {
	for _, may := range permissionsOf["doctor"] {
		_, operation, _ := strings.Cut(may.Action, ":")
		if slices.Contains(finding, may) || may.Action == "s3:ListBucket" { // Without these there is nothing to look at.
			continue
		}
		f := newFake(t)
		f.running("run", 2, batchtypes.JobStatusFailed)
		f.executions[0].status = sfntypes.ExecutionStatusSucceeded
		f.refuses[operation] = wire.Refusal{Code: "AccessDeniedException", Message: "no"}
		out, messages, code := f.typed(t, "doctor")
		if code != exitDone || !strings.HasPrefix(out, "your permissions: not checked: needs ") || !strings.Contains(out, may.Action) {
			t.Errorf("%s: got exit code %d, %q and\n%s", may.Action, code, messages, out)
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

// A queue with a dead-letter queue is none itself: what waits in it is the next run's.
func TestADoctorTakesWhatArrivesForNoTrouble(t *testing.T) {
	f := newFake(t)
	f.arrived = 5
	if out, messages, _ := f.typed(t, "doctor"); !strings.HasPrefix(out, "nothing is wrong") {
		t.Errorf("got %q and %q", out, messages)
	}
}

func TestADoctorKnowsNoQuotaOfInstancesThatShareNone(t *testing.T) {
	for _, types := range [][]string{{"inf2"}, {"c7g", "g5"}} {
		f := newFake(t)
		onInstances(f, batchtypes.CRTypeEc2, types...)
		f.quota = 0
		if out, messages, _ := f.typed(t, "doctor"); !strings.HasPrefix(out, "nothing is wrong") {
			t.Errorf("%q: got %q and %q", types, out, messages)
		}
	}
}

// Its owner lets in the roles, and not whoever watches.
func TestADoctorOfAnotherAccountsBucketSaysNothingOfWhatItMayNotSee(t *testing.T) {
	for _, policy := range []string{
		`{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/plan"}, "Action": "s3:*"}]}`,
		`{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:*"}]}`,
		"denied",
	} {
		f := newFake(t)
		lentWithPolicy(policy)(f)
		if policy == "denied" {
			f.bucketStatus["files"] = http.StatusForbidden
			f.refuses["GetBucketPolicy"] = wire.Refusal{Code: "MethodNotAllowed"}
			f.refuses["GetBucketOwnershipControls"] = wire.Refusal{Code: "AccessDenied"}
		}
		if out, messages, _ := f.typed(t, "doctor"); !strings.HasPrefix(out, "nothing is wrong") {
			t.Errorf("%s: got %q and %q", policy, out, messages)
		}
	}
}
