package config

import (
	"fmt"
	"time"
)

// Large is the size of a second, larger job, which takes in the same run what ran out of memory in
// the first. All else of it is as in the first.
type Large struct {
	// VCPU is as in Job; default: that of Job, if there is a MemoryMiB.
	VCPU float64
	// MemoryMiB is as in Job, for these vCPUs, and more than Job has; default: no larger job.
	MemoryMiB int
}

// On reports whether there is a larger job.
func (l Large) On() bool { return l.MemoryMiB != 0 }

func (l Large) withDefaults(job Job) Large {
	if l.On() && l.VCPU == 0 {
		l.VCPU = job.VCPU
	}
	return l
}

// Rounds is how often a run submits jobs at the most.
func (p Pipeline) Rounds() time.Duration {
	if p.Job.Large.On() {
		return 2
	}
	return 1
}

// checkLarge requires that the larger job is one of the platform's sizes, has more memory, and fits
// where the first does.
func (v *validator) checkLarge(job Job, c Compute) {
	large := job.Large
	if !large.On() {
		v.check(large.VCPU == 0, "Job.Large.VCPU", large.VCPU, "none, because Job.Large.MemoryMiB is none")
		return
	}
	sized := job
	sized.VCPU, sized.MemoryMiB = large.VCPU, large.MemoryMiB
	v.checkSize("Job.Large.", sized, c.Kind)
	v.check(large.MemoryMiB > job.MemoryMiB, "Job.Large.MemoryMiB", large.MemoryMiB,
		fmt.Sprintf("more than Job.MemoryMiB, which is %d", job.MemoryMiB))
	v.check(large.VCPU <= float64(c.MaxVCPUs), "Job.Large.VCPU", large.VCPU,
		fmt.Sprintf("no more than Compute.MaxVCPUs, which is %d", c.MaxVCPUs))
	v.check(c.MaxOnDemandVCPUs <= 0 || large.VCPU <= float64(c.MaxOnDemandVCPUs), "Job.Large.VCPU", large.VCPU,
		fmt.Sprintf("no more than Compute.MaxOnDemandVCPUs, which is %d", c.MaxOnDemandVCPUs))
}
