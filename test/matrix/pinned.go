package main

import "batchjobwithlambda/stacks/config"

// pinned belongs to one account, with all that its owners may ask for.
var pinned = config.Environment{
	Name:                "pinned",
	Account:             "111122223333",
	Region:              "eu-north-1",
	Network:             config.Network{Kind: config.Isolated, Zones: []string{"eun1-az2", "eun1-az3"}},
	Retention:           config.Retention{Protected: true},
	Security:            config.Security{AuditLogs: true},
	Tags:                map[string]string{"cost-center": "4711"},
	PermissionsBoundary: "developers",
	Qualifier:           "team1",
	NoDashboard:         true,
	Pipelines: []config.Pipeline{
		{
			Command: []string{"gzip"},
		},
	},
}
