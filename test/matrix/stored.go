package main

import "batchjobwithlambda/stacks/config"

// stored has a pipeline whose outputs are stored as nothing is by default, and one whose are not.
var stored = config.Environment{
	Name:    "stored",
	Network: config.Network{Kind: config.Isolated},
	Pipelines: []config.Pipeline{
		{
			Name:    "pages",
			Command: []string{"cat"},
			StoreAs: config.StoreAs{
				Class:         "STANDARD_IA",
				Tags:          map[string]string{"project": "web site", "stage": "2+1"},
				CacheControl:  "max-age=86400",
				InputMetadata: true,
			},
		},
		{
			Name:    "plain",
			Command: []string{"cat"},
		},
	},
}
