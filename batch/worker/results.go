package main

import (
	"bytes"
	"context"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// writeResults writes the shard's result, which says that the shard is finished.
func (w *worker) writeResults(ctx context.Context, results []contract.Result, earlier contract.Effort) error {
	var file []byte
	for _, result := range results {
		file = contract.AppendResult(file, result)
	}
	effort := contract.Effort{
		Attempts: earlier.Attempts + 1,
		Time:     earlier.Time + time.Since(w.journal.started),
	}
	address := contract.ResultAddress(w.run.Results(), w.shard)
	_, err := w.s3.Upload(ctx, address, bytes.NewReader(file), objects.Attributes{Metadata: effort.Metadata()})
	return err
}

// finish works on what is left of the shard, and writes its result.
func (w *worker) finish(ctx context.Context, planned []contract.Object) error {
	s, err := w.recall(ctx, planned)
	if err != nil {
		return err
	}
	if err := w.work(ctx, s); err != nil {
		return err
	}
	return w.writeResults(ctx, s.results, s.known.Effort)
}
