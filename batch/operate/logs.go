package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"batchjobwithlambda/batch/operate/runs"
	"batchjobwithlambda/batch/people"
)

// mostLine is how many characters of a line of a log are shown.
const mostLine = 2000

var logsVerb = verb{
	name:      "logs",
	does:      "print what the jobs of a run have logged",
	takesRun:  true,
	listsJSON: true,
	prepare: func(flags *flag.FlagSet) func(context.Context, *session) error {
		var query runs.LogQuery
		flags.IntVar(&query.Shard, "shard", runs.AllShards, "only the job with this `number`, counted from 0; -1 for all")
		flags.StringVar(&query.Key, "object", "", "only what is about the object with this `key`")
		flags.BoolVar(&query.Follow, "f", false, "go on with new lines until the run has ended")
		return func(ctx context.Context, s *session) error { return showLogs(ctx, s, query) }
	},
}

func showLogs(ctx context.Context, s *session, query runs.LogQuery) error {
	if query.Shard < runs.AllShards {
		return fmt.Errorf("-shard: got %d, want the number of a job, counted from 0, or -1 for all", query.Shard)
	}
	place, run, err := s.find(ctx)
	if err != nil {
		return err
	}
	for line, err := range place.Logs(ctx, run, query) {
		switch {
		case err != nil:
			return err
		case s.json:
			_, err = fmt.Fprintln(s.out, line.Text)
		default:
			_, err = fmt.Fprintf(s.out, "%s job %d: %s\n",
				line.Time.UTC().Format(time.DateTime), line.Shard, people.OneLine(line.Text, mostLine))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
