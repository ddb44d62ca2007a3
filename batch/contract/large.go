package contract

// largeName is what the files of a run's second round begin with, in which a larger job takes the
// objects for which the first had too little memory.
const largeName = "large"

// ForLarge is the second round of the run: it has a manifest and results of its own, and all else
// in common with the first.
func (r Run) ForLarge() Run {
	r.Large = true
	return r
}

// LargeJob is the size of the larger job.
type LargeJob struct {
	VCPU      float64 `json:"vcpu"`
	MemoryMiB int     `json:"memory_mib"`
}

// LargeRound is what the report says of the objects that a larger job took.
type LargeRound struct {
	LargeJob
	// Shards is how many of these jobs there were.
	Shards int `json:"shards"`
	// Objects is how many objects the jobs were given, and Failed how many of them failed again,
	// or were not reached.
	Objects int64 `json:"objects"`
	Failed  int64 `json:"failed"`
	// JobSeconds is how long these jobs worked together.
	JobSeconds float64 `json:"job_seconds"`
}

// MemorySetting is the setting of the memory that a job of the run has, for a person who has to raise it.
func (r Run) MemorySetting() string {
	if r.Large {
		return "Job.Large.MemoryMiB"
	}
	return "Job.MemoryMiB"
}
