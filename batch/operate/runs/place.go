package runs

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/cost"
)

// Place is where the runs of one pipeline are.
type Place interface {
	// Newest returns the newest runs, at most as many, the newest first, without the starts by the
	// clock that found nothing to do.
	Newest(ctx context.Context, most int) ([]Run, error)
	// Since yields all starts from that time on, the newest first: also those by the clock that found
	// nothing to do.
	Since(ctx context.Context, from time.Time) iter.Seq2[Run, error]
	// Named returns the run with the name, or [ErrNone].
	Named(ctx context.Context, name string) (Run, error)
	// Files says where the run's files are.
	Files(run Run) (contract.Run, error)
	// Open opens a file of a run. The error is fs.ErrNotExist if there is none. The caller has
	// to close it.
	Open(ctx context.Context, file contract.Address) (io.ReadCloser, error)
	// Logs yields the lines of the jobs' logs, in the order of their time within a job.
	Logs(ctx context.Context, run Run, query LogQuery) iter.Seq2[Line, error]
	// JobTimes returns how long each job of the run that has ended took.
	JobTimes(ctx context.Context, run Run) ([]time.Duration, error)
	// JobSize returns what each job has.
	JobSize(ctx context.Context) (cost.Size, error)
	// Standing returns what there is besides runs, and what it used from one time to the other.
	Standing(ctx context.Context, from, to time.Time) (cost.Standing, error)
	// Start starts a run with the execution's input, and tells progress about it. The runs of a
	// folder have ended when it returns.
	Start(ctx context.Context, input json.RawMessage, progress io.Writer) (Run, error)
}

// Find returns the run with the name, or the newest if the name is empty.
func Find(ctx context.Context, place Place, name string) (Run, error) {
	if name != "" {
		return place.Named(ctx, name)
	}
	newest, err := place.Newest(ctx, 1)
	if err != nil {
		return Run{}, err
	}
	if len(newest) == 0 {
		return Run{}, fmt.Errorf("%w: nothing has run yet", ErrNone)
	}
	return newest[0], nil
}
