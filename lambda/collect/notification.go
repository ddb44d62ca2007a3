package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/people"
)

// message is the text of a notification.
type message struct{ strings.Builder }

func (m *message) line(format string, values ...any) { fmt.Fprintf(m, format+"\n", values...) }

// describe says how a run went: what the state machine needs to know of it, and what a
// person wants to read on a phone.
func describe(report contract.Report, address contract.Address, stateMachine string) contract.Summary {
	if report.DryRun != nil {
		return describeDryRun(report, address)
	}
	var text message
	text.line("%s\n", opening(report))
	if report.Failed > 0 {
		text.addFailures(report, stateMachine)
	}
	text.addFacts(report, address)
	summary := contract.Summary{
		Outcome: report.Outcome,
		Subject: subject(pipelineName(report.Environment, report.Pipeline), report.Outcome, headline(report)+why(report)),
		Message: text.String(),
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
	var text message
	text.line("%s: %s.\n\n%s\n", contract.RunFailed, what, why)
	text.line("Run: %s (%s)", people.OneLine(request.Run, 80), pipeline)
	text.addLink(request.Execution)
	text.line(
		"\nTo start it again, with %s in input.json:\n%s",
		input,
		people.StartCommand(request.StateMachine, "file://input.json"),
	)
	return contract.Summary{
		Outcome: contract.RunFailed,
		Subject: subject(pipeline, contract.RunFailed, what),
		Message: text.String(),
		Error:   name,
		Cause:   why,
	}
}

// pipelineName is what a person knows the pipeline by, such as "prod/thumbnails".
func pipelineName(environment, pipeline string) string { return environment + "/" + pipeline }

func subject(pipeline string, outcome contract.Outcome, headline string) string {
	return people.Subject(fmt.Sprintf("[%s] %s: %s", pipeline, outcome, headline))
}

// headline is what to know if there is time for nothing else.
func headline(report contract.Report) string {
	switch {
	case report.Objects == 0:
		return "nothing to do" + nothingFound(report.Origin)
	case report.Outcome == contract.RunFailed:
		return fmt.Sprintf("%s of %s failed", people.Number(report.Failed), people.Count(report.Objects, "object")) +
			archived(report.Origin)
	}
	parts := []string{people.Count(report.Objects, "object")}
	for _, part := range []struct {
		number int64
		status contract.Status
	}{{report.Done, contract.Done}, {report.Skipped, contract.Skipped}, {report.Failed, contract.Failed}} {
		if part.number > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", people.Number(part.number), part.status))
		}
	}
	return strings.Join(parts, ", ") + archived(report.Origin)
}

// archived says how many objects were left out because they are archived.
func archived(origin contract.Origin) string {
	if origin.Archived == 0 {
		return ""
	}
	return fmt.Sprintf("; %s archived and left out", people.Number(origin.Archived))
}

// nothingFound says where a run without objects looked for them, in a few characters: a
// subject has no room for a long key, of which the end says most.
func nothingFound(origin contract.Origin) string {
	switch where := people.OneLine(origin.Address, 40); {
	case origin.Made > 0:
		return ": " + people.Count(origin.Made, "object") + " done already"
	case origin.Archived > 0:
		return ": archived and left out are " + people.Count(origin.Archived, "object")
	case origin.LeftOut > 0:
		return ": the filters left out " + people.Count(origin.LeftOut, "object")
	case where == "":
		return ""
	case origin.Source == contract.SourcePrefix:
		return ": no objects below " + where
	default:
		return ": no objects in " + where
	}
}

// why are the ways in which objects failed, for a subject; "" if none did.
func why(report contract.Report) string {
	if len(report.Failures) == 0 {
		return ""
	}
	return ": " + people.Failures(report.Failures)
}

// lockScreen is about how many characters a phone shows of a message while it is locked.
const lockScreen = 100

// opening is the first line of the message, which is all that a locked phone shows: how many
// objects failed, and the commonest reason.
func opening(report contract.Report) string {
	text := fmt.Sprintf("%s: %s", report.Outcome, headline(report))
	if len(report.Failures) == 0 {
		return text + "."
	}
	most := report.Failures[0]
	of := people.Number(most.Objects) + " of them"
	if most.Objects == report.Failed {
		of = "each"
	}
	text += "; " + of + ": "
	return text + people.OneLine(most.Reason, max(lockScreen-len(text), lockScreen/2))
}

// addOrigin says which run it is, of which objects, and what it does to them.
func (m *message) addOrigin(report contract.Report) {
	m.line("Run: %s (%s)", report.Run, pipelineName(report.Environment, report.Pipeline))
	if report.Origin.Address != "" {
		m.line("Input: %s", people.OneLine(report.Origin.Address, 300))
	}
	if report.Origin.LeftOut > 0 {
		m.line("Filters: %s left out", people.Count(report.Origin.LeftOut, "object"))
	}
	if report.Origin.Made > 0 {
		m.line("Done before: %s left out, which earlier runs have made", people.Count(report.Origin.Made, "object"))
	}
	m.addArchived(report.Origin)
	if report.Origin.Limited {
		m.line("Limit: there are more objects")
	}
	m.line("Command: %s", people.OneLine(people.Shell(report.Command...), 300))
}

func (m *message) addFacts(report contract.Report, address contract.Address) {
	m.addOrigin(report)
	m.line("Objects: %s done, %s skipped (already done), %s failed (tolerated: %s)",
		people.Number(report.Done), people.Number(report.Skipped), people.Number(report.Failed), tolerated(report))
	m.line("Bytes: %s in, %s out", people.Size(report.BytesIn), people.Size(report.BytesOut))
	m.line("Time: %s", people.Duration(time.Duration(report.Seconds*float64(time.Second))))
	for _, fact := range people.Performance(report) {
		m.line("%s: %s", fact.Name, fact.Text)
	}
	if report.ShardsLost > 0 {
		m.line("Jobs that ended early: %s", people.Number(int64(report.ShardsLost)))
	}
	if report.JobError != nil {
		m.line("Job error: %s", explain(*report.JobError))
	}
	m.line("Report: %s", address)
	m.addLink(report.Execution)
}

// addArchived says which objects were left out because they have to be restored first.
func (m *message) addArchived(origin contract.Origin) {
	if origin.Archived == 0 {
		return
	}
	m.line("Archived: %s left out, which cannot be read before they are restored, such as %s",
		people.Count(origin.Archived, "object"), people.Keys(origin.FirstArchived))
}

// addLink adds where to see the execution, if that is known.
func (m *message) addLink(execution string) {
	if link := people.ExecutionLink(execution); link != "" {
		m.line("Execution: %s", link)
	}
}

// addFailures adds the failures by their kinds, and how to try only them again.
func (m *message) addFailures(report contract.Report, stateMachine string) {
	rest := report.Failed
	for _, failed := range report.Failures[:min(len(report.Failures), people.MostFailures)] {
		rest -= failed.Objects
		m.line("- %s, such as %s: %s", people.Count(failed.Objects, "object"),
			people.OneLine(failed.Key, 120), people.OneLine(failed.Reason, 160))
	}
	if rest > 0 && len(report.Failures) > 0 {
		m.line("- %s of other kinds", people.Count(rest, "object"))
	}
	m.line("All of them: %s", report.FailedManifest)
	m.line("\nTo run only the failures again:\n%s", people.Shell("go", "run", "./batch/operate", "rerun", report.Run,
		"-env", report.Environment, "-pipeline", report.Pipeline))
	m.line("or: %s\n", people.StartCommand(stateMachine, string(report.Rerun())))
}

func tolerated(report contract.Report) string {
	return strconv.FormatFloat(report.ToleratedFailurePercentage, 'f', -1, 64) + " %"
}
