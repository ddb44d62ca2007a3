package main

import (
	"context"

	"golang.org/x/sync/errgroup"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// worker works on the objects of one shard.
type worker struct {
	s3       *objects.Client
	settings contract.WorkSettings
	run      contract.Run
	command  command
	outputs  *outputs
	progress *progress
}

// work works on all objects, several at once, and returns what became of each, in
// their order. It ends early at the first error that no object is to blame for.
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
	for range w.settings.Concurrency {
		group.Go(func() error {
			for i := range todo {
				result, err := w.workOn(working, shard[i])
				if err != nil {
					return err
				}
				results[i] = result
				w.progress.add(result)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return results, context.Cause(ctx)
}
