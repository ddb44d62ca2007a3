package main

import "batchjobwithlambda/stacks/config"

// buckets has a pipeline whose input, output and files of runs are in three buckets.
var buckets = config.Environment{
	Name:    "buckets",
	Network: config.Network{Kind: config.Isolated},
	Pipelines: []config.Pipeline{
		{
			Command: []string{"gzip"},
			Input:   config.Place{Bucket: "photos", Prefix: "2026/raw/"},
			Output:  config.Place{Bucket: "archive", Prefix: "packed/"},
		},
	},
}
