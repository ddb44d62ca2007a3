// Package environments is what a user edits: the environments, and the pipelines in each.
// What a setting means, and its default, is said at its field in the package config; "make
// settings ENV=prod" prints an environment in full.
package environments

import (
	"time"

	"batchjobwithlambda/stacks/config"
)

// All are the environments; -c env=NAME chooses one.
var All = config.List{
	File: "stacks/environments/environments.go",
	Environments: []config.Environment{
		dev,
		prod,
	},
}

// dev costs nothing while idle, and leaves nothing behind when it goes.
var dev = config.Environment{
	Name: "dev",
	Pipelines: []config.Pipeline{
		{
			Command:      []string{"gzip", "-9"},
			OutputSuffix: ".gz",
			// Small, so that a handful of files already shows an array at work.
			Shards: config.Shards{Max: 100, Bytes: 8 << 20},
			// What an hour has room for.
			Job:        config.Job{AttemptLimit: 10 * time.Minute},
			RunLimit:   time.Hour,
			QueueLimit: 10 * time.Minute,
		},
	},
}

// prod has no route out, keeps its data, and logs what an auditor asks for. Once it is deployed,
// protect it by Retention.Protected: the CDK protects a stack before it creates it, and then a first
// deployment that failed cannot be tried again.
var prod = config.Environment{
	Name:      "prod",
	Network:   config.Network{Kind: config.Isolated},
	Compute:   config.Compute{MaxVCPUs: 256},
	Retention: config.Retention{LogDays: 365, RunDays: 365, Versioned: true, KeepData: true},
	Security:  config.Security{CustomerKey: true, AuditLogs: true},
	Alarms:    true,
	Pipelines: []config.Pipeline{
		{
			Command:      []string{"gzip", "-9"},
			OutputSuffix: ".gz",
			Job:          config.Job{Attempts: 5, AttemptLimit: 2 * time.Hour},
			RunLimit:     12 * time.Hour,
			Inventory:    config.Weekly,
		},
	},
}
