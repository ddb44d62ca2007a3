package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"batchjobwithlambda/batch/operate/runs"
)

const (
	// watchPause is between two looks at a run. Each look is at most three requests, and six to S3,
	// so that watching makes no more than three a second, however many jobs there are:
	// DescribeExecution alone is allowed 15 a second in every region ("Service quotas", AWS Step
	// Functions Developer Guide).
	watchPause = 3 * time.Second
	// tellPause is between two lines in a log, unless the state changes.
	tellPause = time.Minute
)

var watchVerb = verb{
	name:     "watch",
	does:     "watch a run until it has ended, and tell how it went; Ctrl-C leaves the run going on",
	takesRun: true,
	prepare: noFlags(func(ctx context.Context, s *session) error {
		place, run, err := s.find(ctx)
		if err != nil {
			return err
		}
		return s.watch(ctx, place, run)
	}),
}

// watch watches the run until it has ended, and prints its report.
func (s *session) watch(ctx context.Context, place runs.Place, run runs.Run) error {
	ended := func(p runs.Progress) bool { return p.Run.Status != runs.Running }
	err := s.watchUntil(ctx, place, run, ended)
	if err != nil && ctx.Err() != nil {
		fmt.Fprintf(s.messages, "%s goes on; to watch it again: %s\nto stop it: %s\n",
			run.Name, s.command("watch", run.Name), s.command("stop", run.Name))
		return errInterrupted
	}
	if err != nil {
		return err
	}
	if run, err = place.Named(ctx, run.Name); err != nil {
		return err
	}
	report, _, err := runs.ReadReport(ctx, place, run)
	switch {
	case errors.Is(err, runs.ErrNoReport):
		fmt.Fprintf(s.out, "%s: %s %s: %s\n", run.Name, run.Status, run.Error, run.Cause)
	case err != nil:
		return err
	default:
		if err := s.printReport(ctx, place, run, report); err != nil {
			return err
		}
	}
	return judge(run)
}

// watchUntil shows how far the run is until it is as wanted. The runs of a folder have ended.
func (s *session) watchUntil(
	ctx context.Context, place runs.Place, run runs.Run, wanted func(runs.Progress) bool,
) error {
	watcher, ok := place.(runs.Watcher)
	if !ok {
		return nil
	}
	screen := newScreen(s.out, s.clock)
	defer screen.close()
	progress := runs.Progress{Run: run}
	for {
		var err error
		if progress, err = watcher.Progress(ctx, progress); err != nil {
			return err
		}
		if wanted(progress) {
			return nil
		}
		screen.show(progress)
		if err := s.clock.Pause(ctx, watchPause); err != nil {
			return err
		}
	}
}
