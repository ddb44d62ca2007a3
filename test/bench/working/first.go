package main

import (
	"time"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/pace"
)

// firstObject is how long after its process started a child may ask for its first object.
const firstObject = 100 * time.Millisecond

func (b *bench) first(sheet *figures.Sheet) error {
	s, err := serve(shard{objects: 1, size: 4 << 10}, pace.Service{})
	if err != nil {
		return err
	}
	defer s.close()
	var asked figures.Series
	for range 15 {
		if _, err := b.work(s, standard, "cat"); err != nil {
			return err
		}
		asked = append(asked, milliseconds(time.Duration(s.first.Load())))
	}
	sheet.AtMost(
		"first object asked for, after the process started",
		asked,
		milliseconds(firstObject),
		"ms",
		"three requests before: index, manifest, outputs",
	)
	return nil
}
