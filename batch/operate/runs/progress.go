package runs

import "context"

// Progress is how far a run is.
type Progress struct {
	Run Run
	// State is where the execution is, in words of a person; empty if it has ended.
	State string
	// Jobs says how many jobs there are of each status, in the words of AWS Batch; it is empty
	// until they are submitted.
	Jobs map[string]int
	// Objects and Bytes are what the run has to do, once that is planned.
	Objects, Bytes int64
	// Live is what was done so far; nil until that is known.
	Live *Live
}

// Total is how many jobs there are, and Ended how many of them have come to their end.
func (p Progress) Total() (total, ended int) {
	for status, number := range p.Jobs {
		total += number
		if status == "SUCCEEDED" || status == "FAILED" {
			ended += number
		}
	}
	return total, ended
}

// Watcher is a [Place] whose runs can be watched.
type Watcher interface {
	// Progress returns how far the run is, knowing what was returned before.
	Progress(ctx context.Context, before Progress) (Progress, error)
}

// Stopper is a [Place] whose runs can be stopped.
type Stopper interface {
	// Stop ends the run, and its jobs.
	Stop(ctx context.Context, run Run) error
	// Release lets the next run begin although this one, which has ended, has no report.
	Release(ctx context.Context, run Run) error
}
