package main

import (
	"context"
	"fmt"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects/lock"
)

// lockOut makes the run the only one of its pipeline, or returns the lock of another that goes on.
func (p planner) lockOut(ctx context.Context, a asked) (*contract.Lock, error) {
	own := contract.Lock{Run: a.run.ID, Started: a.started, Until: a.since.UTC().Add(p.settings.RunLimit)}
	return lock.Take(ctx, p.s3, p.settings.Runs, own)
}

// overlaps refuses a run because of the lock that another has.
func overlaps(held contract.Lock) *contract.InvalidInput {
	return &contract.InvalidInput{
		Field: "overlap",
		Value: "false",
		Want: fmt.Sprintf(
			"true, or to wait for the end of run %s, which started %s and ends %s at the latest",
			held.Run, held.Started, held.Until.Format(time.RFC3339),
		),
	}
}
