package stacks

import "time"

const (
	mebibyte = 1 << 20
	gibibyte = 1 << 30
)

// environments are the copies of the pipeline; -c env=NAME chooses one. Each stands
// in full, so that what it is can be read in one place.
var environments = []Config{
	{
		Environment:  "dev",
		Command:      []string{"gzip", "-9"},
		InputPrefix:  "input/",
		OutputPrefix: "output/",
		OutputSuffix: ".gz",
		// Small, so that a handful of files already shows an array at work.
		Shards: Shards{Max: 100, Bytes: 8 * mebibyte},
		Job: JobSize{
			VCPU:         1,
			MemoryMiB:    2048,
			Architecture: ARM64,
			Attempts:     3,
			AttemptLimit: 15 * time.Minute,
		},
		RunLimit:   time.Hour,
		QueueLimit: 30 * time.Minute,
		MaxVCPUs:   16,
		Inventory:  NoInventory,
		Network:    Public,
		Retention:  Retention{LogDays: 14, RunDays: 30},
	},
	{
		Environment:  "prod",
		Command:      []string{"gzip", "-9"},
		InputPrefix:  "input/",
		OutputPrefix: "output/",
		OutputSuffix: ".gz",
		// Minutes of work for a job, beside which the half minute it takes to start is little.
		Shards: Shards{Max: 10_000, Bytes: gibibyte},
		Job: JobSize{
			VCPU:         1,
			MemoryMiB:    2048,
			Architecture: ARM64,
			Attempts:     5,
			AttemptLimit: 2 * time.Hour,
		},
		RunLimit:   12 * time.Hour,
		QueueLimit: 30 * time.Minute,
		MaxVCPUs:   256,
		Inventory:  Weekly,
		Network:    Isolated,
		Retention:  Retention{LogDays: 365, RunDays: 365, Versioned: true, KeepData: true},
		Security:   Security{CustomerKey: true, AuditLogs: true, FunctionConcurrency: 10},
		Alarms:     true,
	},
}
