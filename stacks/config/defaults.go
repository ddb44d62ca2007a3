package config

import (
	"cmp"
	"slices"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/stacks/limits"
)

// WithDefaults returns the environment with each setting that was not made at its default.
func (e Environment) WithDefaults() Environment {
	e.Network.Kind = cmp.Or(e.Network.Kind, Public)
	e.Compute.MaxVCPUs = cmp.Or(e.Compute.MaxVCPUs, 16)
	e.Retention.LogDays = cmp.Or(e.Retention.LogDays, 14)
	e.Retention.RunDays = cmp.Or(e.Retention.RunDays, 30)
	e.Pipelines = slices.Clone(e.Pipelines)
	for i, pipeline := range e.Pipelines {
		e.Pipelines[i] = pipeline.withDefaults()
	}
	return e
}

func (p Pipeline) withDefaults() Pipeline {
	p.Name = cmp.Or(p.Name, DefaultPipeline)
	p.Input.Prefix = cmp.Or(p.Input.Prefix, "input/")
	p.Output.Prefix = cmp.Or(p.Output.Prefix, "output/")
	p.Shards.Max = cmp.Or(p.Shards.Max, contract.MaxArraySize)
	p.Job = p.Job.withDefaults()
	// Minutes of work, beside which the half minute that a job takes to start is little.
	p.Shards.Target = cmp.Or(p.Shards.Target, min(10*time.Minute, p.longestTarget()))
	p.RunLimit = cmp.Or(p.RunLimit, 2*time.Hour)
	p.QueueLimit = cmp.Or(p.QueueLimit, 30*time.Minute)
	p.Priority = cmp.Or(p.Priority, 1)
	p.Schedule = p.Schedule.withDefaults()
	return p
}

func (j Job) withDefaults() Job {
	j.VCPU = cmp.Or(j.VCPU, 1)
	if sizes := limits.FargateMemoryMiB(j.VCPU); len(sizes) > 0 {
		j.MemoryMiB = cmp.Or(j.MemoryMiB, sizes[0])
	}
	j.Architecture = cmp.Or(j.Architecture, ARM64)
	j.Attempts = cmp.Or(j.Attempts, 3)
	j.AttemptLimit = cmp.Or(j.AttemptLimit, 15*time.Minute)
	j.ObjectLimit = cmp.Or(j.ObjectLimit, (j.AttemptLimit * 2 / 3).Truncate(time.Second))
	return j
}
