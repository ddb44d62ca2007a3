package main

import "batchjobwithlambda/stacks/config"

// referred takes its job's image by reference.
var referred = config.Environment{
	Name: "referred",
	Pipelines: []config.Pipeline{
		{
			Command: []string{"gzip"},
			Image:   "public.ecr.aws/docker/library/python:3.13-slim",
		},
	},
}
