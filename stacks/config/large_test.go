package config

import (
	"strings"
	"testing"
	"time"
)

func withLarge(large Large, job Job, kind ComputeKind) Environment {
	job.Large = large
	return Environment{
		Name:      "dev",
		Compute:   Compute{Kind: kind},
		Pipelines: []Pipeline{{Command: []string{"cat"}, Job: job}},
	}
}

func TestALargerJobHasTheVCPUsOfTheFirstUnlessItSaysOtherwise(t *testing.T) {
	for _, test := range []struct{ given, want Large }{
		{Large{}, Large{}},
		{Large{MemoryMiB: 4096}, Large{VCPU: 1, MemoryMiB: 4096}},
		{Large{VCPU: 4, MemoryMiB: 16384}, Large{VCPU: 4, MemoryMiB: 16384}},
	} {
		e := withLarge(test.given, Job{}, FargateSpot).WithDefaults()
		if got := e.Pipelines[0].Job.Large; got != test.want {
			t.Errorf("%+v: got %+v, want %+v", test.given, got, test.want)
		}
		if err := e.Validate("file.go"); err != nil {
			t.Errorf("%+v: %v", test.given, err)
		}
	}
}

func TestALargerJobThatCannotBeSaysWhatToChange(t *testing.T) {
	for _, test := range []struct {
		large Large
		job   Job
		kind  ComputeKind
		want  string
	}{
		{Large{VCPU: 4}, Job{}, FargateSpot, "Job.Large.VCPU: got 4, want none"},
		{Large{MemoryMiB: 2048}, Job{}, FargateSpot, "Job.Large.MemoryMiB: got 2048, want more than Job.MemoryMiB, which is 2048"},
		{Large{MemoryMiB: 16384}, Job{}, FargateSpot, "Job.Large.MemoryMiB: got 16384, want one of"},
		{Large{VCPU: 3, MemoryMiB: 16384}, Job{}, FargateSpot, "Job.Large.VCPU: got 3, want one of"},
		{Large{VCPU: 1.5, MemoryMiB: 16384}, Job{}, EC2Spot, "Job.Large.VCPU: got 1.5, want a whole number"},
		{Large{VCPU: 32, MemoryMiB: 65536}, Job{}, EC2Spot, "Job.Large.VCPU: got 32, want no more than Compute.MaxVCPUs, which is 16"},
	} {
		err := withLarge(test.large, test.job, test.kind).Validate("file.go")
		if err == nil || !strings.Contains(err.Error(), "file.go: dev: Pipelines[0]."+test.want) {
			t.Errorf("%+v: got %v, want %s", test.large, err, test.want)
		}
	}
}

func TestEachOfTwoRoundsHasTheTimeOfItsJobsAndItsEnding(t *testing.T) {
	e := withLarge(Large{MemoryMiB: 4096}, Job{}, FargateSpot).WithDefaults()
	p := e.Pipelines[0]
	rounds := 2 * (p.SubmitLimit() + EndingLimit + p.InvokeLimit())
	if whole := p.InvokeLimit() + rounds + notifyingLimit; p.RunLimit != 4*time.Hour || whole > p.RunLimit {
		t.Errorf("a run has %s, and its parts take %s", p.RunLimit, whole)
	}
	e.Pipelines[0].RunLimit = 2 * time.Hour
	if err := e.Validate("file.go"); err == nil || !strings.Contains(err.Error(), "twice with Job.Large") {
		t.Errorf("got %v, want a longer RunLimit", err)
	}
}
