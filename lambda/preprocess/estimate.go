package main

import (
	"context"
	"io"
	"log"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// measuredBytes is more than what a run writes of what it measured: a command has at most 1 KiB.
const measuredBytes = 64 << 10

// estimate is how long a job works on an object: what the last run measured that could, if it was
// of the same command, else a guess. A guess costs only some time or money, so no error of the reading
// keeps a run from being planned.
func (p planner) estimate(ctx context.Context, job contract.Job) contract.Estimate {
	measured, err := p.readMeasured(ctx)
	switch {
	case objects.KindOf(err) == objects.NotFound:
	case err != nil:
		log.Printf("guess how long the jobs take: %v", err)
	case measured.Command == contract.Command(job.Command).String():
		return measured.Estimate
	}
	return contract.Guess()
}

func (p planner) readMeasured(ctx context.Context) (contract.Measured, error) {
	file, err := p.s3.Get(ctx, contract.MeasuredAddress(p.settings.Runs))
	if err != nil {
		return contract.Measured{}, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, measuredBytes))
	if err != nil {
		return contract.Measured{}, err
	}
	return contract.ParseMeasured(text)
}
