package config

import (
	"cmp"
	"slices"
	"time"

	"batchjobwithlambda/batch/contract"
)

// WithDefaults returns the environment with each setting that was not made at its default.
func (e Environment) WithDefaults() Environment {
	e.Network.Kind = cmp.Or(e.Network.Kind, Public)
	e.Compute = e.Compute.withDefaults()
	e.Retention.LogDays = cmp.Or(e.Retention.LogDays, 14)
	e.Retention.RunDays = cmp.Or(e.Retention.RunDays, 30)
	e.Pipelines = slices.Clone(e.Pipelines)
	for i, pipeline := range e.Pipelines {
		e.Pipelines[i] = pipeline.withDefaults(e.Compute.Kind)
	}
	return e
}

func (p Pipeline) withDefaults(kind ComputeKind) Pipeline {
	p.Name = cmp.Or(p.Name, DefaultPipeline)
	p.Input.Prefix = cmp.Or(p.Input.Prefix, "input/")
	p.Output.Prefix = cmp.Or(p.Output.Prefix, "output/")
	p.Shards.Max = cmp.Or(p.Shards.Max, contract.MaxArraySize)
	p.Job = p.Job.withDefaults(kind)
	// Minutes of work, beside which the half minute that a job takes to start is little.
	p.Shards.Target = cmp.Or(p.Shards.Target, min(10*time.Minute, p.longestTarget()))
	p.RunLimit = cmp.Or(p.RunLimit, p.Rounds()*2*time.Hour)
	p.QueueLimit = cmp.Or(p.QueueLimit, 30*time.Minute)
	p.Priority = cmp.Or(p.Priority, 1)
	p.Schedule = p.Schedule.withDefaults()
	return p
}
