package main

import "batchjobwithlambda/stacks/config"

// pair has two pipelines that share all that can be shared.
var pair = config.Environment{
	Name:      "pair",
	Network:   config.Network{Kind: config.Isolated},
	Compute:   config.Compute{MaxOnDemandVCPUs: 4},
	Retention: config.Retention{KeepData: true},
	Security:  config.Security{CustomerKey: true, AuditLogs: true, FunctionConcurrency: 2},
	Alarms:    true,
	Pipelines: []config.Pipeline{
		{
			Name:    "checksum",
			Command: []string{"sha256sum"},
		},
		{
			Name:         "gzip-all",
			Command:      []string{"gzip", "-9"},
			OutputSuffix: ".gz",
			Job:          config.Job{Architecture: config.X86},
			Priority:     2,
		},
	},
}
