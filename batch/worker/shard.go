package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"batchjobwithlambda/batch/contract"
)

// readShard returns the objects of the shard, which take about 200 bytes of memory
// each: the planner's ten million objects in 10,000 shards are 200 KB a job. It makes
// two requests, however long the manifest is.
func readShard(
	ctx context.Context,
	s *store,
	manifest contract.Address,
	number int,
	prefix string,
) ([]contract.Object, error) {
	entry, err := readIndexEntry(ctx, s, contract.IndexAddress(manifest).Key, number)
	if err != nil {
		return nil, fmt.Errorf("read the index: %w", err)
	}
	lines, err := s.openRange(ctx, manifest.Key, entry.Offset, entry.Length)
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	defer lines.Close()
	if lines.size != entry.Length {
		return nil, fmt.Errorf("the manifest has %d of the %d bytes that the index says", lines.size, entry.Length)
	}
	var objects []contract.Object
	for object, err := range contract.ReadManifest(lines) {
		if err != nil {
			return nil, err
		}
		if name, ok := strings.CutPrefix(object.Key, prefix); !ok || name == "" {
			return nil, fmt.Errorf("key %q is not below the input prefix %q", object.Key, prefix)
		}
		objects = append(objects, object)
	}
	if int64(len(objects)) != entry.Objects {
		return nil, fmt.Errorf("the manifest has %d objects where the index says %d", len(objects), entry.Objects)
	}
	return objects, nil
}

func readIndexEntry(ctx context.Context, s *store, key string, number int) (contract.IndexEntry, error) {
	entry, err := s.openRange(ctx, key, int64(number)*contract.IndexEntryBytes, contract.IndexEntryBytes)
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
