package main

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/worker/process"
)

// worker works on the objects of one shard.
type worker struct {
	job

	s3       *objects.Client
	runner   *process.Runner
	outputs  *outputs
	pace     *pace
	room     *room
	progress *progress

	// alone is held for reading by all objects that are under way, and for writing by one
	// that has to be tried without the others.
	alone sync.RWMutex
}

// work works on all objects, and returns what became of each, in their order. It ends early
// at the first error that no object is to blame for.
//
// Many objects are under way at once, but only as many commands run as may: an object that
// waits for S3, before its command or after it, keeps no command from running.
func (w *worker) work(ctx context.Context, shard []contract.Object) ([]contract.Result, error) {
	results := make([]contract.Result, len(shard))
	group, working := errgroup.WithContext(ctx)
	todo := make(chan int, len(shard))
	for i := range shard {
		todo <- i
	}
	close(todo)
	// One goroutine for many objects: each would have to grow its stack to the depth of the
	// SDK, which takes a twentieth of the time of a small object.
	for range min(maxUnderWay, len(shard)) {
		group.Go(func() error {
			for {
				if err := w.pace.begin(working); err != nil {
					return err
				}
				i, more := <-todo
				if !more {
					w.pace.end()
					return nil
				}
				result, err := w.workOn(working, shard[i])
				w.pace.end()
				if err != nil {
					return err
				}
				results[i] = result
				w.progress.add(result)
			}
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return results, context.Cause(ctx)
}
