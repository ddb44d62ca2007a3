package main

import "batchjobwithlambda/stacks/config"

// several has three pipelines that can be told apart by their outputs, one of them with a
// parameter, and one over three buckets.
var several = config.Environment{
	Name: "several",
	Pipelines: []config.Pipeline{
		{
			Name:         "lower",
			Command:      []string{"tr", "A-Z", "{param.to}"},
			Parameters:   map[string]string{"to": "a-z"},
			OutputSuffix: ".txt",
		},
		{
			Name:         "upper",
			Command:      []string{"tr", "a-z", "A-Z"},
			OutputSuffix: ".txt",
			Priority:     2,
		},
		{
			Name:    "spread",
			Command: []string{"cat"},
			Input:   config.Place{Bucket: "existing-inputs", Prefix: "from/elsewhere/"},
			Output:  config.Place{Bucket: "existing-outputs", Prefix: "to/elsewhere/"},
		},
	},
}
