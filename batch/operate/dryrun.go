package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/cost"
	"batchjobwithlambda/batch/operate/runs"
	"batchjobwithlambda/batch/people"
)

// printDryRun says what a run would do that only planned, and what that would cost.
func (s *session) printDryRun(ctx context.Context, place runs.Place, report contract.Report) error {
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "dry run\t%s (%s/%s)\n", report.Run, report.Environment, report.Pipeline)
	for _, fact := range people.DryRun(report) {
		fmt.Fprintf(table, "%s\t%s\n", strings.ToLower(fact.Name), fact.Text)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(s.out)
	return s.printExpectedBill(ctx, place, report)
}

// printExpectedBill says what a run would cost that only planned. Each object counts as one to be made.
func (s *session) printExpectedBill(ctx context.Context, place runs.Place, report contract.Report) error {
	job, err := place.JobSize(ctx)
	if err != nil {
		return err
	}
	return s.printBill(cost.Of(cost.Use{
		Job:      job,
		JobTimes: slices.Repeat([]time.Duration{report.Forecast.Time(1)}, report.DryRun.Shards),
		Done:     report.DryRun.Objects,
	}), "such a run")
}
