package main

import (
	"fmt"
	"os/exec"
	"slices"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/bench/program"
)

// job is what the worker has.
type job struct{ vCPUs, memoryMiB int }

// standard is the job of the measures that do not say another.
var standard = job{vCPUs: 1, memoryMiB: 2048}

// work runs the worker over the stand-in's objects, to its end.
func (b *bench) work(s *standIn, j job, command ...string) (program.Usage, error) {
	s.begin()
	used, err := program.Run(b.worker(s, j, command...))
	if err != nil {
		return used, err
	}
	return used, s.made(s.objects)
}

// worker is the program, ready to be run over the stand-in's objects.
func (b *bench) worker(s *standIn, j job, command ...string) *exec.Cmd {
	environment := slices.Clone(s.environment)
	settings := contract.WorkSettings{
		Input:        contract.Location{Bucket: bucket, Prefix: input},
		Output:       contract.Location{Bucket: bucket, Prefix: output},
		OutputSuffix: suffix,
		Concurrency:  j.vCPUs,
		MemoryMiB:    j.memoryMiB,
		Scratch:      b.folder,
	}
	for name, value := range settings.Variables() {
		environment = append(environment, name+"="+value)
	}
	arguments := append([]string{s.run.Manifest().String(), s.run.Results().String(), "{}"}, command...)
	return program.Command(environment, b.program("worker"), arguments...)
}

// made is an error if the latest run did not make so many outputs.
func (s *standIn) made(outputs int) error {
	if made := s.stored.Load(); made != int64(outputs) {
		return fmt.Errorf("outputs made: got %d, want %d", made, outputs)
	}
	return nil
}
