package main

import "batchjobwithlambda/stacks/config"

// abroad reads a bucket of another region, whose owner has others pay, and writes to one of a third.
var abroad = config.Environment{
	Name: "abroad",
	Pipelines: []config.Pipeline{
		{
			Command: []string{"cat"},
			Input: config.Place{
				Bucket:        "abroad-inputs",
				Prefix:        "open/",
				Account:       "444455556666",
				Key:           "arn:aws:kms:us-west-2:444455556666:key/inputs",
				Region:        "us-west-2",
				RequesterPays: true,
			},
			Output: config.Place{Bucket: "abroad-outputs", Prefix: "made/", Region: "eu-west-1"},
		},
	},
}
