package main

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/worker/process"
)

// worker works on the objects of one shard.
type worker struct {
	job

	s3        *objects.Client
	runner    *process.Runner
	outputs   *outputs
	reference *reference
	pace      *pace
	room      *room
	progress  *progress
	journal   *journal
	aside     aside

	// alone is held for reading by all objects that are under way, and for writing by one
	// that has to be tried without the others.
	alone sync.RWMutex
}

// work works on all objects of the shard of which it is not known yet what became. It ends
// early at the first error that no object is to blame for.
func (w *worker) work(ctx context.Context, s *shard) error {
	for i := range s.objects {
		if s.results[i].Status != "" {
			w.progress.add(s.results[i])
		}
	}
	if err := w.workOnEach(ctx, s, s.suspects); err != nil {
		return err
	}
	if err := w.workOnMany(ctx, s); err != nil {
		return err
	}
	if err := w.workOnEach(ctx, s, s.risky); err != nil {
		return err
	}
	if err := w.workOnAside(ctx, s); err != nil {
		return err
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return refusedAll(s.results)
}

// workOnEach works on the objects with the numbers one at a time, while no other is under way:
// if the job dies, it is known of which object.
func (w *worker) workOnEach(ctx context.Context, s *shard, numbers []int) error {
	for _, i := range numbers {
		if err := w.putAside(ctx, s, i, w.workApart(ctx, s, i)); err != nil {
			return err
		}
	}
	return nil
}

// workApart works on the object with the number while no other is under way.
func (w *worker) workApart(ctx context.Context, s *shard, number int) error {
	object := s.objects[number]
	result, err := w.workOn(ctx, object, func(ctx context.Context) error {
		if s.known.Died(object.Key) {
			return &failure{kind: contract.FailedDied, reason: contract.DiedReason}
		}
		return w.journal.alone(ctx, object.Key)
	})
	if err == nil {
		w.record(s, number, result)
	}
	return err
}

// workOnMany works on the objects that need not be alone, and keeps the journal meanwhile.
func (w *worker) workOnMany(ctx context.Context, s *shard) error {
	group, working := errgroup.WithContext(ctx)
	over := make(chan struct{})
	group.Go(func() error { return w.journal.keep(working, over) })
	group.Go(func() error {
		defer close(over)
		return w.workAtOnce(working, s)
	})
	return group.Wait()
}

// workAtOnce works on many objects at once, but only as many commands run as may: an object
// that waits for S3, before its command or after it, keeps no command from running.
func (w *worker) workAtOnce(ctx context.Context, s *shard) error {
	group, working := errgroup.WithContext(ctx)
	groups := w.groups(s)
	todo := make(chan []int, len(groups))
	for _, numbers := range groups {
		todo <- numbers
	}
	close(todo)
	// One goroutine for many objects: each would have to grow its stack to the depth of the
	// SDK, which takes a twentieth of the time of a small object.
	for range min(w.atMost(), len(groups)) {
		group.Go(func() error {
			for {
				if err := w.pace.begin(working); err != nil {
					return err
				}
				numbers, more := <-todo
				if !more {
					w.pace.end()
					return nil
				}
				err := w.workOnGroup(working, s, numbers)
				w.pace.end()
				if err != nil {
					return err
				}
			}
		})
	}
	return group.Wait()
}

// record takes note of what became of the object with the number.
func (w *worker) record(s *shard, number int, result contract.Result) {
	s.results[number] = result
	w.journal.add(result)
	w.progress.add(result)
	if !isS3s(result) {
		w.aside.worked()
	}
}

// isS3s reports whether it is S3 that refused the object or failed at it.
func isS3s(result contract.Result) bool {
	return result.Kind == contract.FailedRefused || result.Kind == contract.FailedS3
}

// refusedAll returns an error if S3 refused each of the objects, or failed at it: then the job may
// lack a permission, which may reach it by the next attempt, and nothing says that it is about the
// objects.
func refusedAll(results []contract.Result) error {
	for _, result := range results {
		if !isS3s(result) {
			return nil
		}
	}
	return fmt.Errorf("%w: the first: %s", errAllRefused, results[0].Reason)
}
