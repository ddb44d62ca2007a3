package main

import "batchjobwithlambda/stacks/config"

// lent reads all of a bucket of another account's, and writes to a third account's, each encrypted
// with a key of its owner's.
var lent = config.Environment{
	Name:    "lent",
	Network: config.Network{Kind: config.Isolated},
	Pipelines: []config.Pipeline{
		{
			Command: []string{"cat"},
			Input: config.Place{
				Bucket:  "lent-inputs",
				Prefix:  config.WholeBucket,
				Account: "444455556666",
				Key:     "arn:aws:kms:eu-north-1:444455556666:key/inputs",
			},
			Output: config.Place{
				Bucket:  "lent-outputs",
				Prefix:  "made/",
				Account: "777788889999",
				Key:     "arn:aws:kms:eu-north-1:777788889999:key/outputs",
			},
			StoreAs: config.StoreAs{Tags: map[string]string{"team": "blue"}},
		},
	},
}
