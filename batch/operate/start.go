package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"

	"batchjobwithlambda/batch/operate/runs"
)

var startVerb = verb{
	name: "start",
	does: "start a run",
	prepare: func(flags *flag.FlagSet) func(context.Context, *session) error {
		input := executionInput{}
		input.addFlags(flags)
		watched := flags.Bool("watch", false, "watch the run until it has ended")
		return func(ctx context.Context, s *session) error {
			place, err := s.open(ctx)
			if err != nil {
				return err
			}
			if err := s.resolveLast(ctx, place, input); err != nil {
				return err
			}
			text, err := json.Marshal(input)
			if err != nil {
				return err
			}
			return s.start(ctx, place, text, *watched || input["dry_run"] == true)
		}
	},
}

// mostDryRuns is among how many runs the newest is looked for that was not a dry run.
const mostDryRuns = 20

// lastRun stands for the failures of the newest run, in the place of the address of a manifest. Dry runs
// do not count.
const lastRun = "last"

// resolveLast puts the address of the newest run's failures in the place of [lastRun].
func (s *session) resolveLast(ctx context.Context, place runs.Place, input executionInput) error {
	const field = "manifest"
	if input[field] != lastRun {
		return nil
	}
	newest, err := place.Newest(ctx, mostDryRuns)
	if err != nil {
		return err
	}
	for _, run := range newest {
		report, _, err := runs.ReadReport(ctx, place, run)
		switch {
		case err != nil:
			return err
		case report.DryRun != nil:
			continue
		case report.FailedManifest == "":
			return fmt.Errorf("%s: got %s, want a run in which something failed: nothing did in %s", field, lastRun, run.Name)
		}
		input[field] = report.FailedManifest
		return nil
	}
	return fmt.Errorf("%w: nothing has run yet", runs.ErrNone)
}

// start starts a run, and watches it if that is wanted.
func (s *session) start(ctx context.Context, place runs.Place, input json.RawMessage, watched bool) error {
	run, err := place.Start(ctx, input, s.out)
	if err != nil {
		return err
	}
	if watched {
		return s.watch(ctx, place, run)
	}
	if run.Status != runs.Running {
		return judge(run)
	}
	fmt.Fprintf(s.out, "to watch it: %s\n", s.command("watch", run.Name))
	return nil
}

// judge returns [errRunFailed] if the run has ended otherwise than it should.
func judge(run runs.Run) error {
	if run.Status.HasFailed() {
		return errRunFailed
	}
	return nil
}
