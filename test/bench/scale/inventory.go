package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/inventory"
)

const (
	// inventoryCPU is how much of its core an object may take: then a hundred million take
	// ten of the fifteen minutes that a function may have.
	inventoryCPU = 6 * time.Microsecond
	inventoryMiB = 512
	rowsInAFile  = 250_000
)

// report makes up a report on the objects, which stand in no order in it.
func report(keys shape, objects int) *inventory.Report {
	r := &inventory.Report{Bucket: "files", Schema: inventory.Current}
	for from := 0; from < objects; from += rowsInAFile {
		var rows [][]string
		for i := from; i < min(from+rowsInAFile, objects); i++ {
			rows = append(rows, r.Row(contract.Object{Key: keys(shuffled(i, objects), objects), Size: size, ETag: fmt.Sprintf("%016x%016x", uint64(i)*0x9e3779b97f4a7c15, uint64(i)*0xc2b2ae3d27d4eb4f)}))
		}
		r.Add(rows...)
	}
	return r
}

// shuffled is another number below n for each number below n, far from its neighbours'.
func shuffled(i, n int) int {
	const prime = 2_654_435_761 // Which divides no n that there is.
	return i * prime % n
}

func planInventory(folder string, objects int) (bool, error) {
	r := report(days, objects)
	s := &standIn{report: map[string][]byte{}, small: map[string][]byte{}}
	bytes := 0
	if err := r.Put(func(key string, content []byte) error {
		bytes += len(content)
		s.report[key] = content
		return nil
	}); err != nil {
		return false, err
	}
	settings := contract.PlanSettings{Bucket: "files", InputPrefix: "input/", InventoryBucket: "inventories", MaxShards: contract.MaxArraySize, ShardBytes: 1 << 20}
	var got contract.Plan
	used, err := invoke(context.Background(), filepath.Join(folder, "preprocess"), s, settings.Variables(), contract.PlanRequest{
		Run: "bench", Started: "2026-11-22T18:30:00Z", Input: contract.RawInput(fmt.Sprintf(`{"inventory":"s3://inventories/%s"}`, r.ManifestKey())),
	}, &got)
	if err != nil {
		return false, err
	}
	if got.Objects != int64(objects) {
		return false, fmt.Errorf("planned %d objects: there are %d", got.Objects, objects)
	}
	each := used.cpu / time.Duration(objects)
	fmt.Printf("proof: plan %d objects of an inventory of %d files and %d MB: %.1f s, %.1f of CPU, %v an object (bound %v), %d MiB (bound %d), %d shards, manifest %d MB\n",
		objects, len(r.Files), bytes/1e6, used.time.Seconds(), used.cpu.Seconds(), each, inventoryCPU, used.peakMiB, inventoryMiB, got.Shards, s.written.Load()/1e6)
	return each <= inventoryCPU && used.peakMiB <= inventoryMiB, nil
}
