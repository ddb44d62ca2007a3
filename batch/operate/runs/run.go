package runs

import (
	"errors"
	"time"

	"batchjobwithlambda/batch/contract"
)

// Status is how far an execution is, in the words of Step Functions ("DescribeExecution", AWS
// Step Functions API Reference).
type Status string

// An execution is RUNNING until it ends in one of the other ways.
const (
	Running   Status = "RUNNING"
	Succeeded Status = "SUCCEEDED"
	Failed    Status = "FAILED"
	TimedOut  Status = "TIMED_OUT"
	Aborted   Status = "ABORTED"
)

// HasFailed reports whether an execution has ended otherwise than it should.
func (s Status) HasFailed() bool { return s != Succeeded && s != Running }

// ErrNone is returned when there is no run, or none of the name that was asked for.
var ErrNone = errors.New("no such run")

// Run is one execution of the pipeline.
type Run struct {
	// Name is the execution's.
	Name    string    `json:"run"`
	Status  Status    `json:"status"`
	Started time.Time `json:"started"`
	// Ended is zero while the run goes on, and where it is not known.
	Ended time.Time `json:"ended,omitzero"`
	// Error and Cause are what a failed execution ended with.
	Error string `json:"error,omitempty"`
	Cause string `json:"cause,omitempty"`
	// Link is the execution's page in the console, or empty.
	Link string `json:"link,omitempty"`
}

// MayBeIdle reports whether the run may be a start by the clock that found nothing to do, which has
// succeeded without a report.
func (r Run) MayBeIdle() bool { return r.Status == Succeeded && contract.StartsByItself(r.Name) }
