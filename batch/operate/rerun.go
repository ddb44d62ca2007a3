package main

import (
	"context"
	"flag"
	"fmt"

	"batchjobwithlambda/batch/people"
)

var rerunVerb = verb{
	name:     "rerun",
	does:     "run only the failures of a run again",
	takesRun: true,
	prepare: func(flags *flag.FlagSet) func(context.Context, *session) error {
		watched := flags.Bool("watch", false, "watch the run until it has ended")
		return func(ctx context.Context, s *session) error { return rerun(ctx, s, *watched) }
	},
}

func rerun(ctx context.Context, s *session, watched bool) error {
	r, err := s.findReported(ctx)
	if err != nil {
		return err
	}
	if r.report.FailedManifest == "" {
		fmt.Fprintf(s.out, "nothing failed in %s, so there is nothing to run again\n", r.run.Name)
		return nil
	}
	return s.start(ctx, r.place, r.report.Rerun(), watched)
}

// command is what a person types to do something with the run.
func (s *session) command(verb, run string) string {
	words := []string{"go", "run", "./batch/operate", verb, run}
	if s.local != "" {
		return people.Shell(append(words, "-local", s.local)...)
	}
	words = append(words, "-env", s.environment)
	if s.pipeline != "" {
		words = append(words, "-pipeline", s.pipeline)
	}
	return people.Shell(words...)
}
