package main

import (
	"context"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// writeResults writes the shard's result, which says that the shard is finished.
func writeResults(
	ctx context.Context,
	client *objects.Client,
	address contract.Address,
	results []contract.Result,
) error {
	var file []byte
	for _, result := range results {
		file = contract.AppendResult(file, result)
	}
	return client.Put(ctx, address, file)
}
