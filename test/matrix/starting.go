package main

import (
	"time"

	"batchjobwithlambda/stacks/config"
)

// starting starts its runs by the clock, and when objects arrive.
var starting = config.Environment{
	Name:     "starting",
	Network:  config.Network{Kind: config.Isolated},
	Security: config.Security{CustomerKey: true},
	Pipelines: []config.Pipeline{
		{
			Command:      []string{"tr", "a-z", "A-Z"},
			OutputSuffix: ".txt",
			Schedule: config.Schedule{
				Expression: "cron(30 2 ? * MON-FRI *)",
				TimeZone:   "Europe/Stockholm",
				Input:      `{"exclude": ["**/_temporary/**"]}`,
			},
			Arrivals: config.Arrivals{Every: 12 * time.Hour},
		},
	},
}
