package main

import (
	"context"

	"golang.org/x/sync/errgroup"

	"batchjobwithlambda/batch/contract"
)

// worker works on the objects of one shard.
type worker struct {
	store    *store
	settings contract.WorkSettings
	run      contract.Run
	command  command
	outputs  *outputs
	progress *progress
}

// work works on all objects, several at once, and returns what became of each, in
// their order. It ends early at the first error that no object is to blame for.
func (w *worker) work(ctx context.Context, objects []contract.Object) ([]contract.Result, error) {
	results := make([]contract.Result, len(objects))
	group, working := errgroup.WithContext(ctx)
	group.SetLimit(w.settings.Concurrency)
	for i, object := range objects {
		if working.Err() != nil {
			break
		}
		group.Go(func() error {
			result, err := w.object(working, object)
			if err != nil {
				return err
			}
			results[i] = result
			w.progress.add(result)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return results, context.Cause(ctx)
}
