package main

import (
	"fmt"
	"math"

	"batchjobwithlambda/batch/operate/cost"
	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/pace"
)

// standardJob is what a job of prod has.
var standardJob = cost.Size{VCPU: 1, MemoryMiB: 2048, ARM64: true}

const (
	// startSeconds is what Fargate bills before the worker begins: AWS says only that it bills
	// from when it begins to fetch the image.
	startSeconds = 10
	// leastSeconds is what Fargate bills for at least.
	leastSeconds = 60
	// jobsAtOnce is how many jobs of one vCPU prod runs at once (MaxVCPUs).
	jobsAtOnce = 256
	// shardSeconds and maxShards are how prod cuts a run into shards whose command was measured.
	shardSeconds = 600
	maxShards    = 10_000
)

// run is a run of the pipeline as prod has it.
type run struct {
	name    string
	objects int
	size    int64
}

// runs are those whose cost docs/performance.md tells.
var runs = []run{
	{"10,000,000 objects of 4 KiB", 10_000_000, 4 * kibibyte},
	{"1,000,000 objects of 1 MiB", 1_000_000, mebibyte},
	{"10,000 objects of 1 GiB", 10_000, 1 << 30},
}

// bill is what a run costs.
type bill struct {
	jobs int
	// seconds is what is billed of each job; minutes is how long all jobs take.
	seconds, minutes float64
	// dollars are for the jobs, and requests for those to S3.
	dollars, requests float64
}

// bill returns what the run costs whose jobs each work on so many objects a second:
//
//	seconds  = the larger of 60 and 10 + objects of a job ÷ rate
//	dollars  = jobs × seconds × price of a second
//	minutes  = seconds ÷ 60 for each 256 jobs
//	requests = objects × (PUT + GET)
func (r run) bill(rate float64) bill {
	b := bill{jobs: min(maxShards, r.objects, int(math.Ceil(float64(r.objects)/rate/shardSeconds)))}
	b.seconds = max(leastSeconds, startSeconds+float64(r.objects)/float64(b.jobs)/rate)
	b.dollars = float64(b.jobs) * b.seconds / 3600 * standardJob.Hour()
	b.minutes = math.Ceil(float64(b.jobs)/jobsAtOnce) * b.seconds / 60
	b.requests = float64(r.objects) * (cost.Put + cost.Get)
	return b
}

func (b bill) String() string {
	return fmt.Sprintf("%.3g minutes, in %d jobs of %.0f s, %d at once; requests to S3 $%.2f",
		b.minutes, b.jobs, b.seconds, jobsAtOnce, b.requests)
}

// cost says what runs cost through the command that a project begins with, at the rates that
// the worker has here. A large object is measured by a small part of it.
func (b *bench) cost(sheet *figures.Sheet) error {
	costs := sheet.Table("cost")
	for i, sample := range []struct {
		shard
		parts float64
	}{
		{shard{objects: 512, size: 4 * kibibyte}, 1},
		{shard{objects: 40, size: mebibyte}, 1},
		{shard{objects: 1, size: 64 * mebibyte}, 16},
	} {
		rate, err := b.rate(sample.shard)
		if err != nil {
			return err
		}
		bill := runs[i].bill(rate / sample.parts)
		costs.Unbound(runs[i].name+" through gzip -9", figures.Series{bill.dollars}, "$", bill.String())
	}
	return nil
}

// rate is how many of the objects the worker sends through gzip -9 in a second.
func (b *bench) rate(objects shard) (float64, error) {
	s, err := serve(objects, pace.S3)
	if err != nil {
		return 0, err
	}
	defer s.close()
	used, err := b.work(s, standard, "gzip", "-9")
	return float64(objects.objects) / used.Time.Seconds(), err
}
