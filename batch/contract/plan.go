package contract

// MaxArraySize is how many children an array of jobs may have ("Array jobs", AWS
// Batch User Guide), and so how many shards a run.
const MaxArraySize = 10_000

// BatchInput is what every job is submitted with: parameters of AWS Batch, which
// are strings, and short, because a request of SubmitJob is limited to 30 KiB. What
// is long is in S3, and these are the addresses.
type BatchInput struct {
	// Manifest is the address of the run's manifest.
	Manifest string `json:"manifest"`
	// Results is the location where each shard leaves its result.
	Results string `json:"results"`
	// Parameters are the run's [Parameters] as text: all that the pipeline has. It is empty if
	// the pipeline has none; then the job definition's default holds.
	Parameters string `json:"parameters,omitempty"`
}

// PlanRequest is what the state machine sends to the function that plans a run.
type PlanRequest struct {
	// Run is the execution's name.
	Run string `json:"run"`
	// Started is when the execution started, in RFC 3339: it tells this execution
	// from an older one of the same name, whose files may still be there.
	Started string `json:"started"`
	// Job is what the run is going to do to each object. It is empty in an execution that began
	// before its planner was told of it, which has no parameters.
	Job Job `json:"job"`
	// Input is the execution's input, as it was given; see [ParseInput].
	Input RawInput `json:"input"`
}

// Origin is where a run takes its objects from, so that a person can see where a run
// without objects looked for them.
type Origin struct {
	Source Source `json:"source"`
	// Address is what the keys of the objects begin with, or the file that lists them. It is
	// empty if the execution's input named the objects.
	Address string `json:"address,omitempty"`
	// LeftOut is how many objects of the source the filters of the input left out; with a limit,
	// how many of those that were looked at.
	LeftOut int64 `json:"left_out,omitempty"`
	// Archived is how many objects of the source were left out because they have to be restored
	// before they can be read, and FirstArchived the keys of the first few of them.
	Archived      int64    `json:"archived,omitempty"`
	FirstArchived []string `json:"first_archived,omitempty"`
	// Made is how many objects of the source were left out because earlier runs have made their
	// outputs, which are still there: no job had to find that out.
	Made int64 `json:"made,omitempty"`
	// Limited says that the source has more objects than the limit of the input.
	Limited bool `json:"limited,omitempty"`
}

// Plan is the answer to a [PlanRequest].
type Plan struct {
	BatchInput BatchInput `json:"batch_input"`
	Origin     Origin     `json:"origin"`
	// Shards is how many jobs the run needs: 0 (there is nothing to do) to [MaxArraySize].
	Shards int `json:"shards"`
	// Objects is how many objects the run has, and Bytes the sum of their sizes.
	Objects int64 `json:"objects"`
	Bytes   int64 `json:"bytes"`
	// Forecast is what the number of shards was chosen by.
	Forecast Forecast `json:"forecast"`
	// DryRun is what the run would do if it only plans; then Shards, Objects and Bytes are 0.
	DryRun *DryRun `json:"dry_run,omitempty"`
	// JobsAfter is a time before any job of the run was made, in milliseconds since 1970, as
	// AWS Batch wants it to list jobs: a text.
	JobsAfter string `json:"jobs_after"`
	// Idle says why the run ends at once, and tells nobody: there is nothing for it to do. Such a
	// run has no files, and its plan nothing else.
	Idle string `json:"idle,omitempty"`
}
