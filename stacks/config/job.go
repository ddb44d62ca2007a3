package config

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"batchjobwithlambda/stacks/limits"
)

// Job is the size of one job, and how often it is tried.
type Job struct {
	// VCPU is one of Fargate's, 0.25 to 16, or a whole number on EC2; default: 1.
	VCPU float64
	// MemoryMiB is a size that Fargate has for the vCPUs, or any on EC2; default: 2,048 for a vCPU, 1,792 on EC2.
	MemoryMiB int
	// GPUs is how many NVIDIA GPUs of EC2 a job has, which its commands share; default: none.
	GPUs int
	// Commands is how many commands a job runs at once, 1 to 64; default: one for each GPU, or else for each whole vCPU.
	Commands int
	// ScratchGiB is a job's disk on Fargate for {in}, {out} and what the command writes, 21 to 200; default: 20.
	ScratchGiB int
	// Architecture is what the image is built for, arm64 or x86_64, the same for all jobs on EC2; default: arm64.
	Architecture Architecture
	// Attempts is how often a job may start, 1 to 10; default: 3.
	Attempts int
	// AttemptLimit is how long one attempt may take, 1 minute or more; one over it is not retried; default: 15 minutes.
	AttemptLimit time.Duration
	// ObjectLimit is how long the command may work on one object, or on a batch of them, 1 second or more;
	// default: two thirds of AttemptLimit, or a third if there is a Batch.
	ObjectLimit time.Duration
	// Batch is for a command that takes long to start.
	Batch Batch
	// Large is a second, larger job for what runs out of memory.
	Large Large
}

// Architecture is a kind of processor.
type Architecture string

// The architectures that jobs may have.
const (
	ARM64 Architecture = "arm64"
	X86   Architecture = "x86_64"
)

// GoName is what Go and Docker call the architecture.
func (a Architecture) GoName() string {
	if a == X86 {
		return "amd64"
	}
	return "arm64"
}

const (
	// maxCommands is what the job's program runs at once at the most.
	maxCommands = 64
	// ec2MiBPerVCPU leaves an instance with 2 GiB a vCPU, the least that one has, some of them for its
	// own programs. Otherwise a job fewer would fit on each.
	ec2MiBPerVCPU = 1792
)

func (j Job) withDefaults(kind ComputeKind) Job {
	j.VCPU = cmp.Or(j.VCPU, 1)
	if kind.OnEC2() {
		j.MemoryMiB = cmp.Or(j.MemoryMiB, int(math.Ceil(j.VCPU))*ec2MiBPerVCPU)
	} else if sizes := limits.FargateMemoryMiB(j.VCPU); len(sizes) > 0 {
		j.MemoryMiB = cmp.Or(j.MemoryMiB, sizes[0])
	}
	j.Commands = cmp.Or(j.Commands, j.GPUs, min(maxCommands, max(1, int(j.VCPU))))
	j.Architecture = cmp.Or(j.Architecture, ARM64)
	j.Attempts = cmp.Or(j.Attempts, 3)
	j.AttemptLimit = cmp.Or(j.AttemptLimit, 15*time.Minute)
	j.Batch = j.Batch.withDefaults()
	j.Large = j.Large.withDefaults(j)
	thirds := time.Duration(2)
	if j.Batch.Objects != 0 { // What hangs in a batch hangs again alone, and others have to follow.
		thirds = 1
	}
	j.ObjectLimit = cmp.Or(j.ObjectLimit, (j.AttemptLimit * thirds / 3).Truncate(time.Second))
	return j
}

func (v *validator) checkJob(job Job, c Compute) {
	v.checkSize("Job.", job, c.Kind)
	v.checkDisk(job, c.Kind)
	v.checkMachines(job, c)
	v.checkLarge(job, c)
	v.check(job.Commands >= 1 && job.Commands <= maxCommands, "Job.Commands", job.Commands,
		fmt.Sprintf("1 to %d", maxCommands))
	v.check(job.Architecture == ARM64 || job.Architecture == X86, "Job.Architecture", job.Architecture, oneOf(ARM64, X86))
	v.check(job.Attempts >= 1 && job.Attempts <= limits.MaxAttempts, "Job.Attempts", job.Attempts,
		fmt.Sprintf("1 to %d", limits.MaxAttempts))
	v.checkTime("Job.AttemptLimit", job.AttemptLimit, limits.MinAttemptLimit, limits.MaxExecutionLimit, "")
	v.checkTime("Job.ObjectLimit", job.ObjectLimit, time.Second, job.AttemptLimit-time.Second,
		", because an attempt takes longer than one object")
}

// checkSize requires one of the platform's sizes. The fields begin with the prefix.
func (v *validator) checkSize(prefix string, job Job, kind ComputeKind) {
	if kind.OnEC2() {
		v.check(job.VCPU >= 1 && job.VCPU == math.Trunc(job.VCPU), prefix+"VCPU", job.VCPU,
			"a whole number, 1 or more, on EC2")
		v.check(job.MemoryMiB >= limits.MinMemoryMiB, prefix+"MemoryMiB", job.MemoryMiB,
			fmt.Sprintf("%d or more", limits.MinMemoryMiB))
		return
	}
	sizes := limits.FargateMemoryMiB(job.VCPU)
	v.check(len(sizes) > 0, prefix+"VCPU", job.VCPU, fmt.Sprintf("one of %v, which Fargate has", limits.FargateVCPUs()))
	if len(sizes) > 0 {
		v.check(slices.Contains(sizes, job.MemoryMiB), prefix+"MemoryMiB", job.MemoryMiB,
			fmt.Sprintf("one of %v, which Fargate has for %v vCPU", sizes, job.VCPU))
	}
}

func (v *validator) checkDisk(job Job, kind ComputeKind) {
	if kind.OnEC2() {
		v.check(job.ScratchGiB == 0, "Job.ScratchGiB", job.ScratchGiB,
			"none: on EC2 Compute.DiskGiB is the disk of an instance")
		return
	}
	v.check(job.ScratchGiB == 0 || job.ScratchGiB >= limits.MinFargateScratchGiB &&
		job.ScratchGiB <= limits.MaxFargateScratchGiB, "Job.ScratchGiB", job.ScratchGiB,
		fmt.Sprintf("%d to %d, or none for Fargate's own", limits.MinFargateScratchGiB, limits.MaxFargateScratchGiB))
}
