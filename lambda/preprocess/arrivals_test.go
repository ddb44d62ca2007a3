package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/account/sqs/sqstest"
)

// told is a planner that a queue tells of arrivals, which it takes so many of.
func toldOf(t *testing.T, most int) (fixture, *sqstest.Queue) {
	t.Helper()
	arrivals, err := sqstest.New(time.Hour, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	server, err := s3.Serve(s3.NewStore(t.TempDir()), arrivals.ServeBefore)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	w := newFixture(t)
	w.settings.Arrivals = arrivals.URL
	w.queue = &queue{sqs.New(sqs.Options{
		Region:       "eu-north-1",
		BaseEndpoint: &server.URL,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "secret"}, nil
		}),
	}), arrivals.URL, most}
	return w, arrivals
}

func TestABurstOfArrivalsIsTakenByRunsThatAreBounded(t *testing.T) {
	const burst, most = 2000, 800
	w, arrivals := toldOf(t, most)
	for i := range burst {
		key := fmt.Sprintf("input/%04d", i)
		w.put(t, key)
		if err := arrivals.Tell(fmt.Sprintf(`{"key":%q,"size":1}`, key)); err != nil {
			t.Fatal(err)
		}
	}
	planned := map[string]bool{}
	for run := 1; len(arrivals.Left()) > 0; run++ {
		name := fmt.Sprintf("run-%d", run)
		plan, err := w.ask(t, name, `{"arrivals":true}`)
		if err != nil {
			t.Fatal(err)
		}
		if plan.Objects == 0 || plan.Objects > most {
			t.Fatalf("run %d has %d objects, want 1 to %d", run, plan.Objects, most)
		}
		for _, key := range keys(w.planned(t, name)) {
			if planned[key] {
				t.Errorf("%s is planned twice", key)
			}
			planned[key] = true
		}
	}
	if len(planned) != burst {
		t.Errorf("%d objects were planned, want %d", len(planned), burst)
	}
}

func TestArrivalsThatWouldBeLostAreRefusedBeforeAMessageIsReceived(t *testing.T) {
	w, arrivals := toldOf(t, mostMessages)
	w.put(t, "input/a")
	if err := arrivals.Tell(`{"key":"input/a"}`); err != nil {
		t.Fatal(err)
	}
	_, err := w.ask(t, "demo", `{"arrivals":true,"limit":1}`)
	wantInvalid(t, err, "limit", "arrivals")
	_, err = w.ask(t, "demo", `{"arrivals":true,"dry_run":true}`)
	wantInvalid(t, err, "dry_run", "arrivals")
	if plan, err := w.ask(t, "demo", `{"arrivals":true}`); err != nil || plan.Objects != 1 {
		t.Errorf("got %+v and %v", plan, err)
	}
}

func TestArrivalsThatTheFilterLeavesOutAreNoNewsAgain(t *testing.T) {
	w, arrivals := toldOf(t, mostMessages)
	w.put(t, "input/a.txt", "input/b.tmp")
	for _, key := range []string{"input/a.txt", "input/b.tmp", "input/folder/", "elsewhere/c.txt"} {
		if err := arrivals.Tell(fmt.Sprintf(`{"key":%q}`, key)); err != nil {
			t.Fatal(err)
		}
	}
	plan, err := w.ask(t, "demo", `{"arrivals":true,"exclude":["**/*.tmp"]}`)
	if err != nil || plan.Objects != 1 || plan.Origin.LeftOut != 1 || plan.Origin.Source != contract.SourceArrivals {
		t.Errorf("got %+v and %v", plan, err)
	}
	if left := arrivals.Left(); len(left) > 0 {
		t.Errorf("the queue still has %q", left)
	}
}

func TestArrivalsThatAreArchivedAreReportedThoughNothingElseArrived(t *testing.T) {
	w, arrivals := toldOf(t, mostMessages)
	w.put(t, "input/a")
	w.files.Archive(inputBucket, "input/a", "DEEP_ARCHIVE")
	if err := arrivals.Tell(`{"key":"input/a"}`); err != nil {
		t.Fatal(err)
	}
	plan, err := w.ask(t, "demo", `{"arrivals":true}`)
	if err != nil || plan.Idle != "" || plan.Objects != 0 || plan.Origin.Archived != 1 {
		t.Errorf("got %+v and %v, want a plan that tells of one archived object", plan, err)
	}
	if left := arrivals.Left(); len(left) > 0 {
		t.Errorf("the queue still has %q", left)
	}
}
