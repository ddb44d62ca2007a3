package main

import "batchjobwithlambda/stacks/config"

// all are the environments of the tests, each in a file of its own.
var all = config.List{
	File: "test/matrix",
	Environments: []config.Environment{
		pair,
		buckets,
		pinned,
		several,
		referred,
		secret,
		lent,
		stored,
		starting,
		examples,
		abroad,
		large,
	},
}
