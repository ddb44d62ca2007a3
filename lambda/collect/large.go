package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/lambda/internal/inorder"
)

// errNeedsLarge says that larger jobs have to take what ran out of memory before the run is added up.
var errNeedsLarge = errors.New("a second round is needed")

// needsLarge reports whether larger jobs take what ran out of memory: if something did in the first
// round, and its jobs have ended.
func needsLarge(job contract.Job, first contract.RunState, failed ways) bool {
	goOn := first.JobError != nil && first.JobError.Error == contract.ErrorJobsGoOn
	return job.OutOfMemory.MemoryMiB > 0 && !goOn && failed[way{kind: contract.FailedMemory}] != nil
}

// planLarge plans the second round, of the objects that ran out of memory in the first. It reads the
// results once more. A second attempt plans the same: the jobs have ended.
func (c collector) planLarge(
	ctx context.Context,
	run contract.Run,
	job contract.Job,
	state contract.RunState,
) (*contract.RunState, error) {
	jobs, err := c.openShards(ctx, run, job, state)
	if err != nil {
		return nil, err
	}
	large := run.ForLarge()
	second := &contract.RunState{First: &state}
	second.BatchInput = contract.BatchInput{
		Manifest:   large.Manifest().String(),
		Results:    large.Results().String(),
		Parameters: state.BatchInput.Parameters,
	}
	second.JobsAfter = state.JobsAfter
	err = c.s3.Write(ctx, large.Manifest(), nil, func(list io.Writer) error {
		number := 0
		for sum, err := range inorder.Map(ctx, len(jobs.entries), objects.AtOnce, jobs.read) {
			if err != nil {
				return err
			}
			shard := number
			number++
			if sum.ways[way{kind: contract.FailedMemory}] == nil {
				continue
			}
			for object, err := range jobs.failures(ctx, shard, sum) {
				if err != nil {
					return err
				}
				if object.Kind != contract.FailedMemory {
					continue
				}
				second.Objects++
				second.Bytes += object.Size
				if _, err := list.Write(contract.AppendObject(nil, object)); err != nil {
					return err
				}
			}
		}
		if second.Objects == 0 {
			return errors.New("nothing ran out of memory any more: a result changed meanwhile")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	// No more jobs than the first round had: then each has no more objects than those had on average.
	second.Shards = int(min(second.Objects, int64(state.Shards)))
	return second, c.indexLarge(ctx, large.Manifest(), second.Objects, int64(second.Shards))
}

// indexLarge divides the manifest into shards, of as many objects each as far as possible.
func (c collector) indexLarge(ctx context.Context, manifest contract.Address, count, shards int64) error {
	file, err := c.s3.Get(ctx, manifest)
	if err != nil {
		return err
	}
	defer file.Close()
	var index []byte
	var entry contract.IndexEntry
	number, seen := int64(0), int64(0)
	for object, err := range contract.ReadManifest(file) {
		if err != nil {
			return err
		}
		seen++
		entry.Objects++
		entry.Bytes += object.Size
		entry.Length += int64(len(contract.AppendObject(nil, object)))
		if seen < (number+1)*count/shards {
			continue
		}
		index = contract.AppendIndexEntry(index, entry)
		entry = contract.IndexEntry{Offset: entry.Offset + entry.Length}
		number++
	}
	return c.s3.Put(ctx, contract.IndexAddress(manifest), index)
}

// secondRound is what larger jobs made of the objects that ran out of memory in the first round.
type secondRound struct {
	jobs     *shards
	sum      contract.LargeRound
	measured measures
	counts   counts
	// replaced is how many failures of the first round were left out.
	replaced int64
}

// openSecond returns the second round; nil if there was none.
func (c collector) openSecond(
	ctx context.Context,
	run contract.Run,
	job contract.Job,
	state contract.RunState,
) (*secondRound, error) {
	if state.First == nil {
		return nil, nil
	}
	jobs, err := c.openShards(ctx, run.ForLarge(), job, state)
	if err != nil {
		return nil, err
	}
	return &secondRound{jobs: jobs, sum: contract.LargeRound{
		LargeJob: job.OutOfMemory,
		Shards:   state.Shards,
		Objects:  state.Objects,
	}}, nil
}

// replaces reports whether the second round knows better how the object failed. Of a run without
// one it is nil.
func (r *secondRound) replaces(failure contract.Object) bool {
	if r == nil || failure.Kind != contract.FailedMemory {
		return false
	}
	r.replaced++
	return true
}

// failures yields what failed again, in the order of the manifest, and adds up the rest as it goes.
func (r *secondRound) failures(ctx context.Context) iter.Seq2[contract.Object, error] {
	return func(yield func(contract.Object, error) bool) {
		if r == nil {
			return
		}
		number := 0
		for sum, err := range inorder.Map(ctx, len(r.jobs.entries), objects.AtOnce, r.jobs.read) {
			if err != nil {
				yield(contract.Object{}, err)
				return
			}
			r.measured.add(sum)
			r.counts.add(sum.counts)
			for object, err := range r.jobs.failures(ctx, number, sum) {
				if !yield(object, err) || err != nil {
					return
				}
			}
			number++
		}
	}
}

// addTo has the report count what the second round made of its objects instead of what the first did.
func (r *secondRound) addTo(report *contract.Report, ways *ways) error {
	if r == nil {
		return nil
	}
	if r.replaced != r.sum.Objects {
		return fmt.Errorf("%d objects ran out of memory, and larger jobs were given %d: a result changed meanwhile",
			r.replaced, r.sum.Objects)
	}
	delete(*ways, way{kind: contract.FailedMemory})
	ways.merge(r.measured.ways)
	r.counts.addTo(report)
	report.Failed -= r.replaced
	r.sum.Failed = r.counts.failed
	r.sum.JobSeconds = r.measured.work.Seconds()
	report.Large = &r.sum
	return nil
}
