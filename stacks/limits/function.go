package limits

import (
	"strconv"
	"time"

	"batchjobwithlambda/batch/contract"
)

// MaxFunctionLimit is how long a function may take ("Lambda quotas", AWS Lambda Developer Guide).
const MaxFunctionLimit = 15 * time.Minute

const (
	minFunctionMemoryMiB = 128     // "Lambda quotas", AWS Lambda Developer Guide.
	maxFunctionMemoryMiB = 10_240  // The same.
	maxFunctionVariables = 4 << 10 // In bytes: the same.
)

func (c *checker) function(r resource) {
	var function struct {
		Timeout     int
		MemorySize  int
		Environment struct{ Variables map[string]text }
	}
	if !c.decode(r, &function) {
		return
	}
	c.require(
		function.Timeout >= 1 && seconds(function.Timeout) <= MaxFunctionLimit,
		"Timeout %d s: allowed is 1 to %d",
		function.Timeout,
		int(MaxFunctionLimit.Seconds()),
	)
	c.require(
		function.MemorySize >= minFunctionMemoryMiB && function.MemorySize <= maxFunctionMemoryMiB,
		"MemorySize %d MiB: allowed is %d to %d",
		function.MemorySize,
		minFunctionMemoryMiB,
		maxFunctionMemoryMiB,
	)
	size := 0
	for name, value := range function.Environment.Variables {
		size += len(name) + len(value)
	}
	c.require(size <= maxFunctionVariables, "the environment has %d bytes: allowed are %d", size, maxFunctionVariables)
	if shards, ok := function.Environment.Variables["MAX_SHARDS"]; ok {
		n, err := strconv.Atoi(string(shards))
		c.require(
			err == nil && n >= 1 && n <= contract.MaxArraySize,
			"MAX_SHARDS %q: an array has at most %d children",
			shards,
			contract.MaxArraySize,
		)
	}
}
