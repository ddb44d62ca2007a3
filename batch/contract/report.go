package contract

import "encoding/json"

// Outcome is how a run ended.
type Outcome string

// A run that failed ends its execution as FAILED.
const (
	Succeeded Outcome = "SUCCEEDED"
	RunFailed Outcome = "FAILED"
)

// The names of the errors that a failed execution ends with, once a person was
// notified of it.
const (
	// ErrorInvalidInput says that the execution's input was refused, and nothing was started.
	ErrorInvalidInput = "InvalidInput"
	// ErrorPlanning says that no plan could be made, and nothing was started.
	ErrorPlanning = "PlanningFailed"
	// ErrorObjects says that more objects failed than are tolerated.
	ErrorObjects = "ObjectsFailed"
	// ErrorCollecting says that the results could not be added up: how the run went is not known.
	ErrorCollecting = "CollectingFailed"
)

// ErrorJobsGoOn is the name of a job's error in a report if the jobs could not be ended after
// they had taken too long, and may go on.
const ErrorJobsGoOn = "JobsGoOn"

// ErrorNotification is the name of the error of an execution that could not notify
// anybody, however else it went.
const ErrorNotification = "NotificationFailed"

// TaskError is what a state machine knows of a task that failed.
type TaskError struct {
	Error string `json:"Error"`
	Cause string `json:"Cause"`
}

// CollectRequest is what the state machine sends to the function that adds up a run.
type CollectRequest struct {
	// Run is the execution's name, Execution and StateMachine the ARNs of both.
	Run          string `json:"run"`
	Execution    string `json:"execution"`
	StateMachine string `json:"state_machine"`
	// Started is when the execution started, in RFC 3339.
	Started string `json:"started"`
	// Job is what the run did to each object, and what it is judged by.
	Job Job `json:"job"`
	// State is the state's input: a [RunState] if the run was planned, else the
	// [TaskError] of the planning.
	State json.RawMessage `json:"state"`
}

// RunState is what the state machine knows of a run once it was planned.
type RunState struct {
	Plan
	// JobError says why the job failed, if it did.
	JobError *TaskError `json:"job_error"`
	// First is what was known after the first round, if the plan is that of the second; see
	// [Run.ForLarge].
	First *RunState `json:"first,omitempty"`
}

// Summary is the answer to a [CollectRequest]: what the state machine needs in order
// to notify and to end.
type Summary struct {
	Outcome Outcome `json:"outcome"`
	// Subject and Message are the notification. A subject is ASCII, one line, and at
	// most 100 characters ("Publish", Amazon SNS API Reference).
	Subject string `json:"subject"`
	Message string `json:"message"`
	// Error and Cause are what a failed execution ends with; both are empty if the run succeeded.
	Error string `json:"error"`
	Cause string `json:"cause"`
	// Large is the second round that has to come first, if there is one: then all else is empty.
	Large *RunState `json:"large,omitempty"`
}

// Rerun is the input of an execution that runs only the failures of the run again.
func (r Report) Rerun() []byte {
	input, err := json.Marshal(struct {
		Manifest   string     `json:"manifest"`
		Parameters Parameters `json:"parameters,omitempty"`
	}{r.FailedManifest, r.Parameters})
	if err != nil {
		panic(err) // Strings are always JSON.
	}
	return input
}

// Report is the sum of a run: report.json.
type Report struct {
	Run string `json:"run"`
	// Environment and Pipeline are the names that a person knows the pipeline by.
	Environment string  `json:"environment"`
	Pipeline    string  `json:"pipeline"`
	Execution   string  `json:"execution"`
	Outcome     Outcome `json:"outcome"`
	// Origin is where the run took its objects from.
	Origin Origin `json:"origin"`
	// Command is what the run ran for each object, with the values of its Parameters, which are
	// all that the pipeline has.
	Command    []string   `json:"command"`
	Parameters Parameters `json:"parameters,omitempty"`
	// Started is when the execution started, in RFC 3339, and Seconds how long ago
	// that was when the report was written.
	Started string  `json:"started"`
	Seconds float64 `json:"seconds"`
	// Objects = Done + Skipped + Failed, always.
	Objects int64 `json:"objects"`
	Done    int64 `json:"done"`
	Skipped int64 `json:"skipped"`
	Failed  int64 `json:"failed"`
	// BytesIn and BytesOut are the sums over the objects that are done.
	BytesIn  int64 `json:"bytes_in"`
	BytesOut int64 `json:"bytes_out"`
	// Shards is how many jobs the run had, and ShardsLost how many of them left no usable
	// result: of their objects, those failed of which nothing else tells that they are done.
	Shards     int `json:"shards"`
	ShardsLost int `json:"shards_lost"`
	// Large is what a larger job did in the same run, for want of memory in the first; its shards
	// are not among those above.
	Large *LargeRound `json:"large,omitempty"`
	// Forecast is what was expected of the jobs when the run was planned.
	Forecast Forecast `json:"forecast"`
	// DryRun is what the run would do if it only planned; then all numbers of objects are 0.
	DryRun *DryRun `json:"dry_run,omitempty"`
	Performance
	// Failures are the kinds of failures, the commonest first; empty if nothing failed.
	Failures []FailureCount `json:"failures,omitempty"`
	// ToleratedFailurePercentage is the share of failed objects above which the run failed.
	ToleratedFailurePercentage float64 `json:"tolerated_failure_percentage"`
	// FirstFailures are the first few failures, and FailedManifest the address of all
	// of them; both are empty if nothing failed.
	FirstFailures  []Object `json:"first_failures,omitempty"`
	FailedManifest string   `json:"failed_manifest,omitempty"`
	// JobError says why the job failed, if it did.
	JobError *TaskError `json:"job_error,omitempty"`
}
