package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"batchjobwithlambda/stacks/limits"
)

// Compute is what jobs run on. AWS Batch starts jobs at full price as soon as Spot's limit is
// reached, and no page says that it does when Spot has no capacity ("Compute environments", AWS
// Batch User Guide).
type Compute struct {
	// Kind is fargate-spot, fargate, ec2-spot or ec2; default: fargate-spot.
	Kind ComputeKind
	// MaxVCPUs is how many vCPUs may run at once, on Spot if the kind has it, 1 to 10,000; default: 16.
	MaxVCPUs int
	// MaxOnDemandVCPUs is how many may run beside Spot's at full price, as soon as those are all in use; default: none.
	MaxOnDemandVCPUs int
	// Instances are types or families of EC2, such as c7g.4xlarge or g5; default: what AWS Batch has for the architecture.
	Instances []string
	// DiskGiB is the disk of each instance of EC2, which its jobs share, 30 to 16,384; default: 100.
	DiskGiB int
}

// ComputeKind is a kind of machine, and how it is paid.
type ComputeKind string

const (
	// FargateSpot is AWS Fargate at the price of Spot: a job can be taken back, and is tried again.
	FargateSpot ComputeKind = "fargate-spot"
	// Fargate is AWS Fargate at full price.
	Fargate ComputeKind = "fargate"
	// EC2Spot is instances of Amazon EC2 at the price of Spot.
	EC2Spot ComputeKind = "ec2-spot"
	// EC2 is instances of Amazon EC2 at full price.
	EC2 ComputeKind = "ec2"
)

// Spot reports whether jobs run at the price of Spot, unless no more of them may.
func (k ComputeKind) Spot() bool { return k == FargateSpot || k == EC2Spot }

// OnEC2 reports whether jobs run on instances of the account's own.
func (k ComputeKind) OnEC2() bool { return k == EC2Spot || k == EC2 }

// defaultDiskGiB has room for the images of several programs, and for the largest object that most
// jobs meet.
const defaultDiskGiB = 100

// JobDiskGiB is the size of the disk that a job has, on EC2 together with others.
func (c Compute) JobDiskGiB(job Job) int {
	if c.Kind.OnEC2() {
		return c.DiskGiB
	}
	return cmp.Or(job.ScratchGiB, limits.FargateScratchGiB)
}

// maxVCPUs is a guard against a number with a zero too many, not a limit of AWS.
const maxVCPUs = 10_000

func (c Compute) withDefaults() Compute {
	c.Kind = cmp.Or(c.Kind, FargateSpot)
	c.MaxVCPUs = cmp.Or(c.MaxVCPUs, 16)
	if c.Kind.OnEC2() {
		c.DiskGiB = cmp.Or(c.DiskGiB, defaultDiskGiB)
	}
	return c
}

func (v *validator) checkCompute(c Compute) {
	kinds := []ComputeKind{FargateSpot, Fargate, EC2Spot, EC2}
	v.check(slices.Contains(kinds, c.Kind), "Compute.Kind", c.Kind, oneOf(kinds...))
	v.check(c.MaxVCPUs >= 1 && c.MaxVCPUs <= maxVCPUs, "Compute.MaxVCPUs", c.MaxVCPUs, fmt.Sprintf("1 to %d", maxVCPUs))
	v.check(c.MaxOnDemandVCPUs >= 0 && c.MaxOnDemandVCPUs <= maxVCPUs, "Compute.MaxOnDemandVCPUs",
		c.MaxOnDemandVCPUs, fmt.Sprintf("1 to %d, or 0 for none", maxVCPUs))
	v.check(c.MaxOnDemandVCPUs <= 0 || c.Kind.Spot(), "Compute.MaxOnDemandVCPUs", c.MaxOnDemandVCPUs,
		"none, because all of "+string(c.Kind)+" is at full price")
	if !c.Kind.OnEC2() {
		v.check(len(c.Instances) == 0, "Compute.Instances", strings.Join(c.Instances, " "),
			"none, because Fargate has no instances")
		v.check(c.DiskGiB == 0, "Compute.DiskGiB", c.DiskGiB, "none: on Fargate Job.ScratchGiB is a job's disk")
		return
	}
	v.check(c.DiskGiB >= limits.MinInstanceDiskGiB && c.DiskGiB <= limits.MaxInstanceDiskGiB, "Compute.DiskGiB", c.DiskGiB,
		fmt.Sprintf("%d to %d", limits.MinInstanceDiskGiB, limits.MaxInstanceDiskGiB))
	for i, instance := range c.Instances {
		v.check(limits.IsInstance(instance) && !slices.Contains(c.Instances[:i], instance),
			fmt.Sprintf("Compute.Instances[%d]", i), instance, "a type such as c7g.4xlarge or a family such as c7g, each once")
	}
}

// checkMachines requires that every instance that may be started can run the job.
func (v *validator) checkMachines(job Job, c Compute) {
	if !c.Kind.OnEC2() {
		v.check(job.GPUs == 0, "Job.GPUs", job.GPUs, "none, unless Compute.Kind is "+oneOf(EC2Spot, EC2))
		return
	}
	v.check(job.GPUs == 0 || len(c.Instances) > 0, "Job.GPUs", job.GPUs,
		"none, unless Compute.Instances says which have them")
	for _, instance := range c.Instances {
		if !limits.IsInstance(instance) {
			continue
		}
		v.check(limits.IsARM(instance) == (job.Architecture == ARM64), "Job.Architecture", job.Architecture,
			"the architecture of "+instance+", which is in Compute.Instances")
		v.check(job.GPUs <= limits.GPUs(instance), "Job.GPUs", job.GPUs,
			fmt.Sprintf("no more than %d, which is what %s of Compute.Instances has", limits.GPUs(instance), instance))
		v.check(job.GPUs > 0 || limits.GPUs(instance) == 0, "Job.GPUs", job.GPUs,
			"1 or more, because "+instance+" of Compute.Instances is paid for its GPUs")
	}
}

// checkShared requires what pipelines that share instances have to have in common.
func (v *validator) checkShared(p Pipeline, e Environment) {
	if !e.Compute.Kind.OnEC2() {
		return
	}
	v.check(p.MonthlyDollars <= 0 || len(e.Pipelines) == 1, "MonthlyDollars", p.MonthlyDollars,
		"none, because pipelines that share instances share their cost")
	v.check(p.Job.Architecture == e.Pipelines[0].Job.Architecture, "Job.Architecture", p.Job.Architecture,
		"that of Pipelines[0], because they share instances")
}
