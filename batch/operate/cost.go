package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"batchjobwithlambda/batch/operate/cost"
)

var costVerb = verb{
	name:      "cost",
	does:      "estimate what a run cost",
	takesRun:  true,
	listsJSON: true,
	prepare:   noFlags(showCost),
}

func showCost(ctx context.Context, s *session) error {
	r, err := s.findReported(ctx)
	if err != nil {
		return err
	}
	use := cost.Use{Done: r.report.Done + r.report.Failed, Skipped: r.report.Skipped}
	if use.JobTimes, err = r.place.JobTimes(ctx, r.run); err != nil {
		return err
	}
	if use.Job, err = r.place.JobSize(ctx); err != nil {
		return err
	}
	bill := cost.Of(use)
	if s.json {
		return s.printJSON(bill)
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, item := range bill.Items {
		fmt.Fprintf(table, "%s\t%.4g %s\t$%.4f\n", item.What, item.Amount, item.Unit, item.Dollars)
	}
	fmt.Fprintf(table, "run %s\t\t$%.4f\n", r.run.Name, bill.Dollars)
	if err := table.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "\nPrices of %s.\n", bill.PricesOf)
	return err
}
