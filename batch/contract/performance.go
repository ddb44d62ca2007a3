package contract

// Performance is how fast a run was, and how well its jobs' size and number fitted.
type Performance struct {
	// JobSeconds is how long all attempts of all jobs worked, together, and what was done in a
	// second of it. All are 0 if no job has said how long it worked.
	JobSeconds       float64 `json:"job_seconds"`
	ObjectsPerSecond float64 `json:"objects_per_second"`
	BytesPerSecond   float64 `json:"bytes_per_second"`
	// ShardSeconds is how long the work on a shard took, over all attempts.
	ShardSeconds Spread `json:"shard_seconds"`
	// CommandSeconds is how long the command worked on an object, and CommandBytes the most
	// memory that it had, of MemoryMiB that a job has. MemoryMiB is 0 if that is not known.
	CommandSeconds Spread `json:"command_seconds"`
	CommandBytes   Spread `json:"command_bytes"`
	MemoryMiB      int    `json:"memory_mib"`
}

// Spread is how numbers are spread. Median and P99, which 99 % of them do not exceed, are to
// within 5 %. All are 0 if there are no numbers.
type Spread struct {
	Median float64 `json:"median"`
	P99    float64 `json:"p99"`
	Max    float64 `json:"max"`
}

// FailureCount is how many objects failed in one way, with the first of them.
type FailureCount struct {
	Kind FailureKind `json:"kind"`
	// ExitCode is that of the command; 0 if it is not of kind [FailedExit].
	ExitCode int    `json:"exit_code,omitempty"`
	Objects  int64  `json:"objects"`
	Key      string `json:"key"`
	Reason   string `json:"reason"`
}
