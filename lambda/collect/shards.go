package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// shards are what the jobs of a run were given, and what they left.
type shards struct {
	s3  *objects.Client
	run contract.Run
	// texts are its command, and outputs says where the outputs are.
	texts   contract.Texts
	outputs contract.Outputs
	entries []contract.IndexEntry
	// found has the keys of the results that there are.
	found map[string]bool
	// jobError says why the job failed, or is empty.
	jobError string
	// askingEnd is until when outputs may be asked for; see [askingEnd].
	askingEnd time.Time
	// memory has room for the objects of shards that are recovered.
	memory *semaphore.Weighted
}

// openShards returns an error if the run's files are not those of the plan that the jobs
// were submitted with: when a planner is run again while the one before it, given up for
// dead, goes on, the manifest may be the one's and the index the other's.
func (c collector) openShards(
	ctx context.Context,
	run contract.Run,
	job contract.Job,
	state contract.RunState,
) (*shards, error) {
	index, err := c.s3.Get(ctx, contract.IndexAddress(run.Manifest()))
	if err != nil {
		return nil, err
	}
	defer index.Close()
	entries, err := contract.ReadIndex(index)
	if err != nil {
		return nil, err
	}
	manifest, _, err := c.s3.Head(ctx, run.Manifest())
	if err != nil {
		return nil, err
	}
	var end, objects int64
	for _, entry := range entries {
		end, objects = entry.Offset+entry.Length, objects+entry.Objects
	}
	if end != manifest.Size || objects != state.Objects || len(entries) != state.Shards {
		return nil, fmt.Errorf(
			"the plan was %d objects in %d shards: the index has %d in %d, and %d of the manifest's %d bytes",
			state.Objects,
			state.Shards,
			objects,
			len(entries),
			end,
			manifest.Size,
		)
	}
	found := map[string]bool{}
	for object, err := range c.s3.List(ctx, run.Results()) {
		if err != nil {
			return nil, err
		}
		if name, _ := run.Results().Name(object.Key); !strings.Contains(name, "/") { // Or it is a segment.
			found[object.Key] = true
		}
	}
	texts, err := contract.NewTexts(job.Command)
	if err != nil {
		return nil, err
	}
	jobs := &shards{
		s3:        c.s3,
		run:       run,
		texts:     texts,
		outputs:   c.settings.Outputs(job.Command),
		entries:   entries,
		found:     found,
		askingEnd: askingEnd(ctx),
		memory:    semaphore.NewWeighted(recoveredObjects),
	}
	if state.JobError != nil {
		jobs.jobError = explain(*state.JobError)
	}
	return jobs, nil
}

// read adds up a shard. A shard whose result is missing or broken is recovered.
func (s *shards) read(ctx context.Context, number int) (*tally, error) {
	lost := ""
	if !s.found[contract.ResultAddress(s.run.Results(), number).Key] {
		lost = "not reached: the job ended before it"
	}
	sum, err := s.tally(ctx, number, lost)
	if broken, ok := errors.AsType[brokenResult](err); ok {
		sum, err = s.tally(ctx, number, fmt.Sprintf("the job's result is broken: %v", broken))
	}
	return sum, err
}

func (s *shards) tally(ctx context.Context, number int, lost string) (*tally, error) {
	sum := &tally{lost: lost}
	for object, err := range s.outcomes(ctx, number, lost, &sum.effort) {
		if err != nil {
			return nil, err
		}
		sum.add(object)
	}
	return sum, nil
}

// failures yields the objects of a shard that failed, in their order.
func (s *shards) failures(ctx context.Context, number int, sum *tally) iter.Seq2[contract.Object, error] {
	return func(yield func(contract.Object, error) bool) {
		if int64(len(sum.failures)) == sum.failed {
			for _, object := range sum.failures {
				if !yield(object, nil) {
					return
				}
			}
			return
		}
		for object, err := range s.outcomes(ctx, number, sum.lost, &sum.effort) {
			if err == nil && object.result.Status != contract.Failed {
				continue
			}
			if !yield(object.failure(), err) {
				return
			}
		}
	}
}
