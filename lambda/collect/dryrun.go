package main

import (
	"fmt"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/people"
)

// describeDryRun says what a run would do that only planned.
func describeDryRun(report contract.Report, address contract.Address) contract.Summary {
	const what = "DRY RUN"
	run := report.DryRun
	would := "nothing to do" + nothingFound(report.Origin)
	if run.Objects > 0 {
		would = fmt.Sprintf("%s, %s, in %s%s", people.Count(run.Objects, "object"), people.Size(run.Bytes),
			people.Count(int64(run.Shards), "job"), archived(report.Origin))
	}
	var text message
	text.line("%s: nothing was started. It would be: %s.\n", what, would)
	text.addOrigin(report)
	for _, fact := range people.DryRun(report) {
		text.line("%s: %s", fact.Name, fact.Text)
	}
	text.line("Report: %s", address)
	text.addLink(report.Execution)
	return contract.Summary{
		Outcome: report.Outcome,
		Subject: subject(pipelineName(report.Environment, report.Pipeline), what, would),
		Message: text.String(),
	}
}
