package main

import (
	"slices"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/bench/program"
)

// work runs the worker over the stand-in's objects, so many at once.
func (b *bench) work(s *standIn, atOnce int, command ...string) (program.Usage, error) {
	environment := slices.Clone(s.environment)
	settings := contract.WorkSettings{
		Input:        contract.Location{Bucket: bucket, Prefix: input},
		Output:       contract.Location{Bucket: bucket, Prefix: output},
		OutputSuffix: ".out",
		Concurrency:  atOnce,
		Scratch:      b.folder,
	}
	for name, value := range settings.Variables() {
		environment = append(environment, name+"="+value)
	}
	arguments := append([]string{s.run.Manifest().String(), s.run.Results().String()}, command...)
	worker := program.Command(environment, b.worker, arguments...)
	return s.stores(int64(s.objects), func() (program.Usage, error) {
		s.written.Store(0)
		s.first.Store(0)
		s.started = time.Now()
		return program.Run(worker)
	})
}
