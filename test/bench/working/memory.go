package main

import (
	"fmt"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/pace"
)

// memory is what the worker itself may hold, in jobs of two sizes. The sizes of the objects
// are those that fill memory most: many that each fit into it, and those that need many parts.
func (b *bench) memory(sheet *figures.Sheet) error {
	for _, limit := range []struct{ memoryMiB, most int }{{2048, 256}, {512, 64}} {
		peak := 0
		for _, objects := range []shard{{objects: 32, size: 16 * mebibyte}, {objects: 3, size: 256 * mebibyte}} {
			used, err := b.peak(objects, limit.memoryMiB)
			if err != nil {
				return err
			}
			peak = max(peak, used)
		}
		sheet.AtMost(fmt.Sprintf("memory besides the command's, in a job of %d MiB", limit.memoryMiB),
			figures.Series{float64(peak)}, float64(limit.most), "MiB", "objects of 16 and of 256 MiB, through cat")
	}
	return nil
}

// peak works on the objects in a job with so much memory, and returns what the worker held
// at most, in MiB.
func (b *bench) peak(objects shard, memoryMiB int) (int, error) {
	s, err := serve(objects, pace.S3)
	if err != nil {
		return 0, err
	}
	defer s.close()
	used, err := b.work(s, job{vCPUs: 1, memoryMiB: memoryMiB}, "cat")
	return used.PeakMiB, err
}
