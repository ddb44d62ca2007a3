package main

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strconv"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/objects/lock"
	"batchjobwithlambda/lambda/internal/inorder"
)

// nothingArrived is why a run of arrivals ends at once.
const nothingArrived = "nothing has arrived"

// arrived plans a run of the objects that the queue tells of, and deletes the messages once their
// manifest and its index are written. What dies before leaves the messages, which come again; what
// dies after it has told of some objects twice, and the second run skips them.
//
// What a message says of its object may be out of date, so only its key counts: whatever is there
// under it now is planned, once. Objects that have to be restored first are reported, even if nothing
// else has arrived: their messages are deleted too.
func (p planner) arrived(ctx context.Context, a asked) (contract.Plan, error) {
	told, err := p.queue.drain(ctx)
	if err != nil {
		return contract.Plan{}, err
	}
	selected := p.newSelection(a)
	all := slices.Sorted(maps.Keys(told.keys))
	there := apart(p.settings.Outputs(a.job.Command), only(p.current(ctx, all), selected.takesListed))
	list, err := collect(selected.first(there))
	if err != nil {
		return contract.Plan{}, err
	}
	if len(list) == 0 && selected.archived.number == 0 {
		p.queue.remove(ctx, told.receipts)
		return p.idle(ctx, a.run, nothingArrived)
	}
	plan, err := p.write(ctx, a, selected, known(list))
	if err != nil {
		return contract.Plan{}, err
	}
	p.queue.remove(ctx, told.receipts)
	return plan, nil
}

// idle is the plan of a run that ends at once, and gives its lock back.
func (p planner) idle(ctx context.Context, run contract.Run, why string) (contract.Plan, error) {
	if err := lock.Release(ctx, p.s3, p.settings.Runs, run.ID); err != nil {
		return contract.Plan{}, err
	}
	return contract.Plan{Idle: why}, nil
}

// current yields the objects that there are now with the keys, which are sorted. One that is gone
// needs nothing done. One that may not be read is left to the job, which reports it by its name.
func (p planner) current(ctx context.Context, keys []string) iter.Seq2[contract.Listed, error] {
	all := inorder.Map(ctx, len(keys), objects.AtOnce, func(ctx context.Context, i int) (contract.Listed, error) {
		found, _, err := p.s3.Head(ctx, contract.Address{Bucket: p.settings.Input.Bucket, Key: keys[i]})
		switch objects.KindOf(err) {
		case objects.NotFound:
			return contract.Listed{}, nil
		case objects.Refused:
			return contract.Listed{Object: contract.Object{Key: keys[i]}}, nil
		}
		return found, err
	})
	return func(yield func(contract.Listed, error) bool) {
		for object, err := range all {
			if err == nil && object.Key == "" {
				continue
			}
			if !yield(object, err) || err != nil {
				return
			}
		}
	}
}

func collect(all iter.Seq2[contract.Object, error]) ([]contract.Object, error) {
	var list []contract.Object
	for object, err := range all {
		if err != nil {
			return nil, err
		}
		list = append(list, object)
	}
	return list, nil
}

func known(list []contract.Object) iter.Seq2[contract.Object, error] {
	return func(yield func(contract.Object, error) bool) {
		for _, object := range list {
			if !yield(object, nil) {
				return
			}
		}
	}
}

// withoutArrivals returns the plan that needs no message, and whether there is one: that of an
// earlier attempt at this execution, whose answer was lost and whose messages may be deleted, or
// that of a run with nothing to do.
func (p planner) withoutArrivals(ctx context.Context, a asked) (contract.Plan, bool, error) {
	if err := checkArrivals(a.input); err != nil {
		return contract.Plan{}, false, err
	}
	shards, written, err := p.writtenBefore(ctx, a)
	if err != nil || written {
		return newPlan(a.run, a.input.Origin(p.settings), shards), written, err
	}
	if waits, err := p.queue.waits(ctx); err != nil || waits {
		return contract.Plan{}, false, err
	}
	plan, err := p.idle(ctx, a.run, nothingArrived)
	return plan, true, err
}

// writtenBefore returns the shards of the plan that this execution has, and whether it has one.
func (p planner) writtenBefore(ctx context.Context, a asked) (shards []contract.IndexEntry, written bool, err error) {
	_, metadata, err := p.s3.Head(ctx, a.run.Manifest())
	if objects.KindOf(err) == objects.NotFound || err == nil && metadata[metadataStarted] != a.started {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	file, err := p.s3.Get(ctx, contract.IndexAddress(a.run.Manifest()))
	if objects.KindOf(err) == objects.NotFound {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	defer file.Close()
	shards, err = contract.ReadIndex(file)
	return shards, err == nil, err
}

// checkArrivals refuses what a run of arrivals cannot do: the messages of what it does not work on
// would be deleted with the others.
func checkArrivals(input contract.Input) error {
	switch {
	case input.Limit > 0:
		return &contract.InvalidInput{
			Field: "limit",
			Value: strconv.FormatInt(input.Limit, 10),
			Want:  "none beside arrivals, which are in no order",
		}
	case input.DryRun:
		const want = "false beside arrivals, which are nobody's news any more once they are planned"
		return &contract.InvalidInput{Field: "dry_run", Value: "true", Want: want}
	}
	return nil
}
