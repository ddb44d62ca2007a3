package main

import (
	"context"
	"fmt"
	"io"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// readShard returns the objects of the shard, which take about 200 bytes of memory
// each: the planner's ten million objects in 10,000 shards are 200 KB a job. It makes
// two requests, however long the manifest is.
func readShard(
	ctx context.Context,
	client *objects.Client,
	manifest contract.Address,
	number int,
	input contract.Location,
) ([]contract.Object, error) {
	entry, err := readIndexEntry(ctx, client, contract.IndexAddress(manifest), number)
	if err != nil {
		return nil, fmt.Errorf("read the index: %w", err)
	}
	lines, err := client.GetRange(ctx, manifest, entry.Offset, entry.Length)
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	defer lines.Close()
	var shard []contract.Object
	for object, err := range contract.ReadManifest(lines) {
		if err != nil {
			return nil, err
		}
		if err := input.CheckKey(object.Key); err != nil {
			return nil, err
		}
		shard = append(shard, object)
	}
	if int64(len(shard)) != entry.Objects {
		return nil, fmt.Errorf("the manifest has %d objects where the index says %d", len(shard), entry.Objects)
	}
	return shard, nil
}

func readIndexEntry(
	ctx context.Context,
	client *objects.Client,
	address contract.Address,
	number int,
) (contract.IndexEntry, error) {
	entry, err := client.GetRange(ctx, address, int64(number)*contract.IndexEntryBytes, contract.IndexEntryBytes)
	if err != nil {
		return contract.IndexEntry{}, err
	}
	defer entry.Close()
	text, err := io.ReadAll(entry)
	if err != nil {
		return contract.IndexEntry{}, err
	}
	return contract.ParseIndexEntry(text)
}
