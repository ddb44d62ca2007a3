package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/cost"
	"batchjobwithlambda/batch/operate/runs"
	"batchjobwithlambda/stacks/config"
	"batchjobwithlambda/stacks/environments"
)

// nameLayout is how test/local names a run: by the time when it started.
const nameLayout = "local-20060102-150405.000"

// Place is a folder in which test/local leaves its runs.
type Place struct {
	path   string
	record Record
}

// Open returns the place of the folder's runs. It returns an error if the folder was not
// written by test/local.
func Open(path string) (*Place, error) {
	record, err := readRecord(path)
	if err != nil {
		return nil, err
	}
	return &Place{path: path, record: record}, nil
}

// Newest returns the newest runs; see [runs.Place].
func (p *Place) Newest(ctx context.Context, most int) ([]runs.Run, error) {
	entries, err := os.ReadDir(p.logs(""))
	if err != nil {
		return nil, err
	}
	slices.Reverse(entries) // The names are in the order of their time.
	var newest []runs.Run
	for _, entry := range entries {
		if len(newest) == most {
			break
		}
		run, err := p.Named(ctx, entry.Name())
		if err != nil {
			return nil, err
		}
		newest = append(newest, run)
	}
	return newest, nil
}

// Since yields the runs from that time on; see [runs.Place].
func (p *Place) Since(ctx context.Context, from time.Time) iter.Seq2[runs.Run, error] {
	return func(yield func(runs.Run, error) bool) {
		all, err := p.Newest(ctx, math.MaxInt)
		if err != nil {
			yield(runs.Run{}, err)
			return
		}
		for _, run := range all {
			if run.Started.Before(from) || !yield(run, nil) {
				return
			}
		}
	}
}

// Named returns the run with the name; see [runs.Place]. A run without a report has failed: it
// was refused, or stopped.
func (p *Place) Named(ctx context.Context, name string) (runs.Run, error) {
	started, err := time.Parse(nameLayout, name)
	if err != nil {
		return runs.Run{}, fmt.Errorf("%w: got %q, want a name such as %s", runs.ErrNone, name, nameLayout)
	}
	if _, err := os.Stat(p.logs(name)); err != nil {
		return runs.Run{}, fmt.Errorf("%w: %s is not in %s", runs.ErrNone, name, p.path)
	}
	run := runs.Run{Name: name, Status: runs.Failed, Started: started}
	report, _, err := runs.ReadReport(ctx, p, run)
	if errors.Is(err, runs.ErrNoReport) {
		return run, nil
	}
	if err != nil {
		return runs.Run{}, err
	}
	run.Status = runs.Status(report.Outcome)
	run.Ended = started.Add(time.Duration(report.Seconds * float64(time.Second)))
	return run, nil
}

// Files says where the run's files are: the bucket is the folder.
func (p *Place) Files(run runs.Run) (contract.Run, error) {
	return contract.NewRun(contract.Location{Bucket: p.path, Prefix: contract.RunsPrefix}, run.Name)
}

// Open opens a file of a run; see [runs.Place].
func (p *Place) Open(_ context.Context, file contract.Address) (io.ReadCloser, error) {
	name := filepath.FromSlash(strings.TrimPrefix(file.Key, "/"))
	if !filepath.IsLocal(name) {
		return nil, &fs.PathError{Op: "open", Path: file.Key, Err: fs.ErrInvalid}
	}
	return os.Open(filepath.Join(p.path, name))
}

// JobSize returns what each job would have on AWS, by the settings.
func (p *Place) JobSize(context.Context) (cost.Size, error) {
	environment, err := environments.All.Named(p.record.Environment)
	if err != nil {
		return cost.Size{}, err
	}
	for _, pipeline := range environment.Pipelines {
		if pipeline.Name == p.record.Pipeline {
			job := pipeline.Job
			return cost.Size{VCPU: job.VCPU, MemoryMiB: job.MemoryMiB, ARM64: job.Architecture == config.ARM64}, nil
		}
	}
	return cost.Size{}, fmt.Errorf("pipeline: got %q, want one of environment %s", p.record.Pipeline, environment.Name)
}

// Standing returns nothing: a folder costs nothing; see [runs.Place].
func (p *Place) Standing(context.Context, time.Time, time.Time) (cost.Standing, error) {
	return cost.Standing{}, nil
}

func (p *Place) logs(run string) string { return filepath.Join(p.path, "logs", run) }
