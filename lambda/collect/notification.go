package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"batchjobwithlambda/batch/contract"
)

// letter is a message in the making.
type letter struct{ strings.Builder }

func (l *letter) line(format string, values ...any) { fmt.Fprintf(l, format+"\n", values...) }

// describe says how a run went: what the state machine needs to know of it, and what a
// person wants to read on a phone.
func describe(report contract.Report, address contract.Address, stateMachine string) contract.Summary {
	var message letter
	message.line("%s: %s.\n", report.Outcome, headline(report))
	message.addFacts(report, address)
	if report.Failed > 0 {
		message.addFailures(report, stateMachine)
	}
	summary := contract.Summary{
		Outcome: report.Outcome,
		Subject: subject(pipelineName(report.Environment, report.Pipeline), report.Outcome, headline(report)),
		Message: message.String(),
	}
	if report.Outcome == contract.RunFailed {
		summary.Error = contract.ErrorObjects
		summary.Cause = fmt.Sprintf(
			"%s; tolerated are %s; the list is at %s",
			headline(report),
			tolerated(report),
			report.FailedManifest,
		)
	}
	return summary
}

// describeNothingStarted says why a run could not be planned.
func describeNothingStarted(
	pipeline string,
	request contract.CollectRequest,
	planning contract.TaskError,
) contract.Summary {
	name, what, input := contract.ErrorPlanning, "planning failed, nothing was started", "the same input"
	if planning.Error == contract.ErrorInvalidInput {
		name, what, input = contract.ErrorInvalidInput, "invalid input, nothing was started", "a corrected input"
	}
	why := explain(planning)
	var message letter
	message.line("%s: %s.\n\n%s\n", contract.RunFailed, what, why)
	message.line("Run: %s (%s)", oneLine(request.Run, 80), pipeline)
	message.addLink(request.Execution)
	message.line(
		"\nTo start it again, with %s in input.json:\n%s",
		input,
		startCommand(request.StateMachine, "file://input.json"),
	)
	return contract.Summary{
		Outcome: contract.RunFailed,
		Subject: subject(pipeline, contract.RunFailed, what),
		Message: message.String(),
		Error:   name,
		Cause:   why,
	}
}

// pipelineName is what a person knows the pipeline by, such as "prod/thumbnails".
func pipelineName(environment, pipeline string) string { return environment + "/" + pipeline }

func subject(pipeline string, outcome contract.Outcome, headline string) string {
	return subjectLine(fmt.Sprintf("[%s] %s: %s", pipeline, outcome, headline))
}

// headline is what to know if there is time for nothing else.
func headline(report contract.Report) string {
	switch {
	case report.Objects == 0:
		return "nothing to do"
	case report.Outcome == contract.RunFailed:
		return fmt.Sprintf("%s of %s failed", grouped(report.Failed), count(report.Objects, "object"))
	}
	parts := []string{count(report.Objects, "object")}
	for _, part := range []struct {
		number int64
		status contract.Status
	}{{report.Done, contract.Done}, {report.Skipped, contract.Skipped}, {report.Failed, contract.Failed}} {
		if part.number > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", grouped(part.number), part.status))
		}
	}
	return strings.Join(parts, ", ")
}

func (l *letter) addFacts(report contract.Report, address contract.Address) {
	l.line("Run: %s (%s)", report.Run, pipelineName(report.Environment, report.Pipeline))
	l.line("Command: %s", oneLine(shell(report.Command...), 300))
	l.line("Objects: %s done, %s skipped (already done), %s failed (tolerated: %s)",
		grouped(report.Done), grouped(report.Skipped), grouped(report.Failed), tolerated(report))
	l.line("Bytes: %s in, %s out", size(report.BytesIn), size(report.BytesOut))
	l.line("Time: %s", duration(report.Seconds))
	l.line("Jobs: %s", grouped(int64(report.Shards)))
	if report.ShardsLost > 0 {
		l.line("Jobs without a usable result: %s", grouped(int64(report.ShardsLost)))
	}
	if report.JobError != nil {
		l.line("Job error: %s", explain(*report.JobError))
	}
	l.line("Report: %s", address)
	l.addLink(report.Execution)
}

// addLink adds where to see the execution, if that is known.
func (l *letter) addLink(execution string) {
	if link := consoleLink(execution); link != "" {
		l.line("Execution: %s", link)
	}
}

// addFailures adds the first failures, and how to try only the failures again.
func (l *letter) addFailures(report contract.Report, stateMachine string) {
	l.line("\nFailures:")
	for _, object := range report.FirstFailures {
		l.line("- %s: %s", oneLine(object.Key, 120), oneLine(object.Reason, 160))
	}
	if more := report.Failed - int64(len(report.FirstFailures)); more > 0 {
		l.line("- and %s more in %s", grouped(more), report.FailedManifest)
	}
	input, err := json.Marshal(map[string]string{"manifest": report.FailedManifest})
	if err != nil {
		panic(err) // Strings are always JSON.
	}
	l.line("\nTo run only the failures again:\n%s", startCommand(stateMachine, string(input)))
}

func tolerated(report contract.Report) string {
	return strconv.FormatFloat(report.ToleratedFailurePercentage, 'f', -1, 64) + " %"
}
