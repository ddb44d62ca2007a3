package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"strconv"
	"sync"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/cost"
	"batchjobwithlambda/batch/operate/runs"
	"batchjobwithlambda/batch/people"
)

var costVerb = verb{
	name:      "cost",
	does:      "estimate what a run cost, or with -month what the month has cost so far",
	takesRun:  true,
	listsJSON: true,
	prepare: func(flags *flag.FlagSet) func(context.Context, *session) error {
		month := flags.Bool("month", false, "the runs of this month, and what stands in the stack, so far")
		return func(ctx context.Context, s *session) error {
			if *month {
				return showMonth(ctx, s)
			}
			return showCost(ctx, s)
		}
	},
}

func showCost(ctx context.Context, s *session) error {
	r, err := s.findReported(ctx)
	if err != nil {
		return err
	}
	if r.report.DryRun != nil {
		return s.printExpectedBill(ctx, r.place, r.report)
	}
	use := cost.Use{Done: r.report.Done + r.report.Failed, Skipped: r.report.Skipped}
	if use.JobTimes, err = r.place.JobTimes(ctx, r.run); err != nil {
		return err
	}
	if use.Job, err = r.place.JobSize(ctx); err != nil {
		return err
	}
	use.Large = largeJobs(r.report, use.Job)
	return s.printBill(cost.Of(use), "run "+r.run.Name)
}

// mostStartsOfMonth is at how many starts a month is looked at the most: more than one a minute makes.
const mostStartsOfMonth = 50_000

// reportsAtOnce is how many reports are read at the same time.
const reportsAtOnce = 16

// showMonth adds up the runs of the month by their reports: AWS Batch forgets its jobs after a week.
func showMonth(ctx context.Context, s *session) error {
	if s.run != "" {
		return fmt.Errorf("-month: got the run %q besides, want either", s.run)
	}
	place, err := s.open(ctx)
	if err != nil {
		return err
	}
	now := s.clock.Now().UTC()
	from := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	var month cost.Month
	if month.Standing, err = place.Standing(ctx, from, now); err != nil {
		return err
	}
	month.Hours = from.AddDate(0, 1, 0).Sub(from).Hours()
	var cut time.Time
	if month.Runs, cut, err = runsSince(ctx, place, from); err != nil {
		return err
	}
	if !cut.IsZero() {
		fmt.Fprintf(s.messages, "not all of the month: counted are the newest %s starts, back to %s UTC\n",
			people.Number(mostStartsOfMonth), cut.UTC().Format(time.DateTime))
	}
	title := fmt.Sprintf("%s until now, %s", from.Format("2006-01"), people.Count(int64(month.Runs.Number), "run"))
	if err := s.printBill(month.Of(), title); err != nil || s.json {
		return err
	}
	_, err = fmt.Fprint(s.out,
		"Counted are the runs of this pipeline that have a report, and what stands in the whole stack.\n"+
			"Not counted: starts that found nothing, transfer, functions, images, and objects in other classes or buckets.\n")
	return err
}

// runsSince adds up the runs that started then or later. If there are too many starts to look at, it
// adds up the newest, and returns when the oldest of these started.
func runsSince(ctx context.Context, place runs.Place, from time.Time) (sum cost.Runs, cut time.Time, err error) {
	if sum.Job, err = place.JobSize(ctx); err != nil {
		return cost.Runs{}, time.Time{}, err
	}
	var mu sync.Mutex // Guards sum.
	var oldest time.Time
	reading, ctx := errgroup.WithContext(ctx)
	reading.SetLimit(reportsAtOnce)
	seen := 0
	for run, err := range place.Since(ctx, from) {
		if err != nil {
			reading.Go(func() error { return err })
			break
		}
		if seen == mostStartsOfMonth {
			cut = oldest
			break
		}
		seen++
		oldest = run.Started
		reading.Go(func() error {
			report, counts, err := reportToCount(ctx, place, run)
			if counts {
				mu.Lock()
				defer mu.Unlock()
				addReport(&sum, report)
			}
			return err
		})
	}
	err = reading.Wait()
	return sum, cut, err
}

// reportToCount returns the report of the run, which is empty if it has none: it goes on, or could not
// be added up. A start by the clock that found nothing to do does not count.
func reportToCount(
	ctx context.Context,
	place runs.Place,
	run runs.Run,
) (report contract.Report, counts bool, err error) {
	if run.Status == runs.Running {
		return contract.Report{}, true, nil
	}
	report, _, err = runs.ReadReport(ctx, place, run)
	if errors.Is(err, runs.ErrNoReport) {
		return contract.Report{}, !run.MayBeIdle(), nil
	}
	return report, err == nil, err
}

func addReport(sum *cost.Runs, report contract.Report) {
	sum.Number++
	sum.Jobs += report.Shards
	sum.Large = append(sum.Large, largeJobs(report, sum.Job)...)
	sum.JobTime += time.Duration(report.JobSeconds * float64(time.Second))
	sum.Done += report.Done + report.Failed
	sum.Skipped += report.Skipped
}

func (s *session) printBill(bill cost.Bill, total string) error {
	if s.json {
		return s.printJSON(bill)
	}
	if err := writeBill(s.out, bill, total); err != nil {
		return err
	}
	_, err := fmt.Fprintf(s.out, "\nPrices of %s.\n", bill.PricesOf)
	return err
}

func writeBill(to io.Writer, bill cost.Bill, total string) error {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, item := range bill.Items {
		fmt.Fprintf(table, "%s\t%s %s\t$%.4f\n", item.What, amount(item.Amount), item.Unit, item.Dollars)
	}
	fmt.Fprintf(table, "%s\t\t$%.4f\n", total, bill.Dollars)
	return table.Flush()
}

// amount writes a number with four digits, or as many as it has.
func amount(of float64) string {
	if of >= 1000 {
		return people.Number(int64(math.Round(of)))
	}
	return strconv.FormatFloat(of, 'g', 4, 64)
}
