package runs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"

	"batchjobwithlambda/batch/contract"
)

// ErrNoReport is returned for a run that has not written its report: it goes on, or ended
// before it could.
var ErrNoReport = errors.New("the run has no report")

// ReadReport returns the run's report, and its text.
func ReadReport(ctx context.Context, place Place, run Run) (contract.Report, []byte, error) {
	files, err := place.Files(run)
	if err != nil {
		return contract.Report{}, nil, err
	}
	file, err := place.Open(ctx, files.Report())
	if errors.Is(err, fs.ErrNotExist) {
		return contract.Report{}, nil, fmt.Errorf("run %s, %s: %w", run.Name, run.Status, ErrNoReport)
	}
	if err != nil {
		return contract.Report{}, nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		return contract.Report{}, nil, err
	}
	var report contract.Report
	if err := json.Unmarshal(text, &report); err != nil {
		return contract.Report{}, nil, fmt.Errorf("%s: %w", files.Report(), err)
	}
	return report, text, nil
}

// Failures yields the objects of the run that failed, by their keys, in memory that does not
// grow with their number. A run of which nothing failed has none.
func Failures(ctx context.Context, place Place, run Run) iter.Seq2[contract.Object, error] {
	return func(yield func(contract.Object, error) bool) {
		files, err := place.Files(run)
		if err != nil {
			yield(contract.Object{}, err)
			return
		}
		file, err := place.Open(ctx, files.Failed())
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err != nil {
			yield(contract.Object{}, err)
			return
		}
		defer file.Close()
		for object, err := range contract.ReadManifest(file) {
			if !yield(object, err) || err != nil {
				return
			}
		}
	}
}
