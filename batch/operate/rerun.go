package main

import (
	"context"
	"encoding/json"
	"fmt"

	"batchjobwithlambda/batch/operate/runs"
	"batchjobwithlambda/batch/people"
)

var rerunVerb = verb{
	name:     "rerun",
	does:     "run only the failures of a run again",
	takesRun: true,
	prepare:  noFlags(rerun),
}

func rerun(ctx context.Context, s *session) error {
	place, run, err := s.find(ctx)
	if err != nil {
		return err
	}
	report, _, err := runs.ReadReport(ctx, place, run)
	if err != nil {
		return err
	}
	if report.FailedManifest == "" {
		fmt.Fprintf(s.out, "nothing failed in %s, so there is nothing to run again\n", run.Name)
		return nil
	}
	input, err := json.Marshal(map[string]string{"manifest": report.FailedManifest})
	if err != nil {
		return err
	}
	again, err := place.Start(ctx, input, s.out)
	if err != nil {
		return err
	}
	return s.judge(again)
}

// judge returns [errRunFailed] if the run has ended otherwise than it should.
func (s *session) judge(run runs.Run) error {
	switch run.Status {
	case runs.Succeeded, runs.Running:
		return nil
	}
	return errRunFailed
}

// command is what a person types to do something with the run.
func (s *session) command(verb, run string) string {
	words := []string{"go", "run", "./batch/operate", verb, run}
	if s.local != "" {
		words = append(words, "-local", s.local)
	}
	return people.Shell(words...)
}
