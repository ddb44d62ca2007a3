package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/runs"
	"batchjobwithlambda/batch/people"
)

// mostReason is how many characters of a reason are shown on a line.
const mostReason = 200

var reportVerb = verb{
	name:      "report",
	does:      "tell how a run went",
	takesRun:  true,
	listsJSON: true,
	prepare:   noFlags(showReport),
}

func showReport(ctx context.Context, s *session) error {
	r, err := s.findReported(ctx)
	if err != nil {
		return err
	}
	if s.json {
		_, err := fmt.Fprintf(s.out, "%s\n", r.text)
		return err
	}
	return s.printReport(ctx, r.place, r.run, r.report)
}

// printReport prints the report, and the failures by their reasons.
func (s *session) printReport(ctx context.Context, place runs.Place, run runs.Run, report contract.Report) error {
	if report.DryRun != nil {
		return s.printDryRun(ctx, place, report)
	}
	if err := writeReport(s.out, run, report); err != nil || report.Failed == 0 {
		return err
	}
	groups, err := runs.GroupFailures(runs.Failures(ctx, place, run))
	if err != nil {
		return err
	}
	fmt.Fprintln(s.out)
	writeGroups(s.out, groups)
	fmt.Fprintf(s.out, "\nTo run only the failures again:\n  %s\n", s.command("rerun", run.Name))
	return nil
}

func writeReport(to io.Writer, run runs.Run, report contract.Report) error {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	line := func(name, format string, values ...any) {
		fmt.Fprintf(table, "%s\t%s\n", name, fmt.Sprintf(format, values...))
	}
	line("run", "%s (%s/%s)", report.Run, report.Environment, report.Pipeline)
	line("outcome", "%s", report.Outcome)
	line("objects", "%s: %s done, %s skipped, %s failed", people.Number(report.Objects),
		people.Number(report.Done), people.Number(report.Skipped), people.Number(report.Failed))
	line("bytes", "%s in, %s out", people.Size(report.BytesIn), people.Size(report.BytesOut))
	if report.Failed > 0 {
		line("failures", "%s", people.Failures(report.Failures))
	}
	line("time", "%s", people.Duration(time.Duration(report.Seconds*float64(time.Second))))
	for _, fact := range people.Performance(report) {
		line(strings.ToLower(fact.Name), "%s", fact.Text)
	}
	line("command", "%s", people.OneLine(people.Shell(report.Command...), mostReason))
	if report.Origin.Address != "" {
		line("input", "%s", people.OneLine(report.Origin.Address, mostReason))
	}
	if report.ShardsLost > 0 {
		line("jobs without a result", "%s", people.Number(int64(report.ShardsLost)))
	}
	if report.JobError != nil {
		line("job error", "%s: %s", report.JobError.Error, people.OneLine(report.JobError.Cause, mostReason))
	}
	if run.Link != "" {
		line("execution", "%s", run.Link)
	}
	return table.Flush()
}
