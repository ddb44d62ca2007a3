package main

import (
	"context"
	"flag"
	"fmt"
	"text/tabwriter"
	"time"

	"batchjobwithlambda/batch/operate/runs"
	"batchjobwithlambda/batch/people"
)

var runsVerb = verb{
	name:      "runs",
	does:      "list the last runs",
	listsJSON: true,
	prepare: func(flags *flag.FlagSet) func(context.Context, *session) error {
		most := flags.Int("limit", 20, "at most this `number` of runs")
		return func(ctx context.Context, s *session) error { return listRuns(ctx, s, *most) }
	},
}

func listRuns(ctx context.Context, s *session, most int) error {
	if most < 1 {
		return fmt.Errorf("-limit: got %d, want 1 or more", most)
	}
	place, err := s.open(ctx)
	if err != nil {
		return err
	}
	newest, err := place.Newest(ctx, most)
	if err != nil {
		return err
	}
	if s.json {
		for _, run := range newest {
			if err := s.printJSON(run); err != nil {
				return err
			}
		}
		return nil
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RUN\tSTATUS\tSTARTED\tTIME")
	for _, run := range newest {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", run.Name, run.Status, run.Started.UTC().Format(time.DateTime), took(run))
	}
	return table.Flush()
}

// took is how long the run took, or nothing if it has not ended.
func took(run runs.Run) string {
	if run.Ended.IsZero() {
		return ""
	}
	return people.Duration(run.Ended.Sub(run.Started))
}
