package main

import (
	"context"
	"encoding/json"
	"flag"
	"io"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/cloud"
	"batchjobwithlambda/batch/operate/folder"
	"batchjobwithlambda/batch/operate/runs"
	"batchjobwithlambda/stacks/config"
)

// session is what every verb is given.
type session struct {
	// out is for what was asked for, messages for everything else.
	out, messages io.Writer
	clock         runs.Clock
	// run is the name of the run that is meant; empty for the newest.
	run string
	// environment and pipeline are names; the pipeline's is empty if there is only one.
	environment, pipeline string
	// local is the folder of the runs, if they are not in AWS.
	local string
	// json asks for JSON, a value a line.
	json bool
}

func (s *session) addFlags(flags *flag.FlagSet) {
	flags.StringVar(&s.environment, "env", "dev", "the `environment` that is deployed")
	flags.StringVar(&s.pipeline, "pipeline", "", "the `name` of the pipeline, if the environment has several")
	flags.StringVar(&s.local, "local", "", "the `folder` of a local run, instead of AWS")
}

// stack is the name of the environment's stack.
func (s *session) stack() string { return config.Environment{Name: s.environment}.StackName() }

// open returns the place of the runs.
func (s *session) open(ctx context.Context) (runs.Place, error) {
	if s.local != "" {
		return folder.Open(s.local)
	}
	return cloud.Open(ctx, s.stack(), s.pipeline, s.clock)
}

// find returns the run that is meant, and the place where it is.
func (s *session) find(ctx context.Context) (runs.Place, runs.Run, error) {
	place, err := s.open(ctx)
	if err != nil {
		return nil, runs.Run{}, err
	}
	run, err := runs.Find(ctx, place, s.run)
	return place, run, err
}

// reported is a run that has a report, and the place where it is.
type reported struct {
	place  runs.Place
	run    runs.Run
	report contract.Report
	// text is the report as it was written.
	text []byte
}

// findReported returns the run that is meant, with its report.
func (s *session) findReported(ctx context.Context) (r reported, err error) {
	if r.place, r.run, err = s.find(ctx); err != nil {
		return reported{}, err
	}
	r.report, r.text, err = runs.ReadReport(ctx, r.place, r.run)
	return r, err
}

// printJSON prints a value on a line of its own.
func (s *session) printJSON(value any) error {
	encoder := json.NewEncoder(s.out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
