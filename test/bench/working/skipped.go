package main

import (
	"fmt"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/pace"
	"batchjobwithlambda/test/bench/program"
)

const (
	skippedObjects = 3000
	// skippedRate is the least number of objects a second that are found to be done already.
	skippedRate = 1500
)

// skipped works on objects whose outputs an earlier run has made.
func (b *bench) skipped(sheet *figures.Sheet) error {
	command := []string{"gzip", "-9"}
	objects := shard{objects: skippedObjects, size: 4 * kibibyte, done: contract.Command(command)}
	s, err := serve(objects, pace.S3)
	if err != nil {
		return err
	}
	defer s.close()
	worker := throughput{name: "worker"}
	for range b.rounds {
		s.begin()
		used, err := program.Run(b.worker(s, standard, command...))
		if err != nil {
			return err
		}
		if err := s.made(0); err != nil {
			return err
		}
		worker.add(skippedObjects, used)
	}
	sheet.AtLeast("objects skipped, a second", worker.rate, skippedRate, "",
		fmt.Sprintf("idle for %.2f of the time", worker.idle.Median()))
	return nil
}
