package cost_test

import (
	"math"
	"testing"
	"time"

	"batchjobwithlambda/batch/operate/cost"
)

var job = cost.Size{VCPU: 1, MemoryMiB: 2048, ARM64: true}

func dollars(t *testing.T, use cost.Use, what string) float64 {
	t.Helper()
	for _, item := range cost.Of(use).Items {
		if item.What == what {
			return item.Dollars
		}
	}
	t.Fatalf("the bill has no %s", what)
	return 0
}

func wantDollars(t *testing.T, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("got $%f, want $%f", got, want)
	}
}

func TestAnHourOfAJobCostsWhatREADMESays(t *testing.T) {
	wantDollars(t, dollars(t, cost.Use{Job: job, JobTimes: []time.Duration{time.Hour}}, "jobs"), 0.0395)
}

func TestAShortJobIsBilledForAMinute(t *testing.T) {
	short := cost.Use{Job: job, JobTimes: []time.Duration{time.Second, time.Millisecond}}
	long := cost.Use{Job: job, JobTimes: []time.Duration{2 * time.Minute}}
	wantDollars(t, dollars(t, short, "jobs"), dollars(t, long, "jobs"))
}

func TestAMillionObjectsCostFiveDollarsToWrite(t *testing.T) {
	wantDollars(t, dollars(t, cost.Use{Done: 1_000_000}, "S3, writing"), 5)
	wantDollars(t, dollars(t, cost.Use{Skipped: 1_000_000}, "S3, writing"), 0)
	wantDollars(t, dollars(t, cost.Use{Skipped: 1_000_000}, "S3, reading"), 0.4)
}

func TestABillIsTheSumOfItsItems(t *testing.T) {
	bill := cost.Of(cost.Use{Job: job, JobTimes: []time.Duration{time.Hour}, Done: 1000, Skipped: 1000})
	sum := 0.0
	for _, item := range bill.Items {
		sum += item.Dollars
	}
	wantDollars(t, bill.Dollars, sum)
}

func TestAMonthsShortJobsAreBilledForAMinuteEach(t *testing.T) {
	hours := func(of cost.Runs) float64 {
		return cost.Month{Runs: of, Standing: cost.Standing{Hours: 720}}.Of().Items[0].Amount
	}
	wantDollars(t, hours(cost.Runs{Jobs: 60, JobTime: time.Second}), 1)
	wantDollars(t, hours(cost.Runs{Jobs: 60, JobTime: 2 * time.Hour}), 2)
}
