package main

import "batchjobwithlambda/stacks/config"

// large has a larger job for what runs out of memory in the first.
var large = config.Environment{
	Name: "large",
	Pipelines: []config.Pipeline{{
		Command: []string{"cat"},
		Job:     config.Job{Large: config.Large{VCPU: 4, MemoryMiB: 16384}},
	}},
}
