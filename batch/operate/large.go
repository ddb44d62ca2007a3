package main

import (
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/cost"
)

// largeJobs are the larger jobs of the run, with the architecture of the others; none if it had none.
func largeJobs(report contract.Report, others cost.Size) []cost.Large {
	large := report.Large
	if large == nil {
		return nil
	}
	return []cost.Large{{
		Size: cost.Size{VCPU: large.VCPU, MemoryMiB: large.MemoryMiB, ARM64: others.ARM64},
		Jobs: large.Shards,
		Time: time.Duration(large.JobSeconds * float64(time.Second)),
	}}
}
