package main

import (
	"context"
	"errors"
	"fmt"

	"batchjobwithlambda/batch/operate/runs"
)

var stopVerb = verb{
	name:     "stop",
	does:     "stop a run, and see its jobs end",
	takesRun: true,
	prepare:  noFlags(stop),
}

func stop(ctx context.Context, s *session) error {
	place, run, err := s.find(ctx)
	if err != nil {
		return err
	}
	stopper, ok := place.(runs.Stopper)
	if !ok {
		return errors.New("-local: got a folder, want a run in AWS: Ctrl-C stops a local run")
	}
	if run.Status != runs.Running {
		fmt.Fprintf(s.out, "%s has ended already: %s\n", run.Name, run.Status)
		return stopper.Release(ctx, run)
	}
	if err := stopper.Stop(ctx, run); err != nil {
		return err
	}
	if err := s.watchUntil(ctx, place, run, jobsEnded); err != nil {
		return err
	}
	if err := stopper.Release(ctx, run); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "stopped %s; what was done stays done, and start goes on with the rest\n", run.Name)
	return err
}

// jobsEnded reports whether the execution and all its jobs have come to their end.
func jobsEnded(p runs.Progress) bool {
	total, ended := p.Total()
	return p.Run.Status != runs.Running && ended == total
}
