package main

import (
	"regexp"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

// impatient gives a job's state a second, and looks for the end of its jobs every second.
func impatient(t *testing.T, changed *template.Template) {
	const selector = `"ResultSelector":{"id.$":"$.JobId"},"TimeoutSeconds":`
	editDefinition(t, changed, regexp.QuoteMeta(selector)+`\d+`, selector+"1")
	editDefinition(t, changed, `"IntervalSeconds":10,`, `"IntervalSeconds":1,`)
}

// endless never ends by itself.
const endless = `sleep 1000`

func TestTheJobsOfAStateThatTookTooLongEndBeforeTheirResultsAreAddedUp(t *testing.T) {
	for shards, texts := range map[int]map[string]string{
		1: {"a": "1\n"},
		3: {"a": "1\n", "b": "2\n", "c": "3\n"},
	} {
		p := open(t, changed(t, command(endless), aJobForEachObject, impatient))
		p.put(t, texts)
		p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, contract.ErrorObjects)
		if got := p.endedBefore["Collect results"]; got != shards || p.jobs != shards {
			t.Errorf("%d of %d jobs had ended when the results were added up", got, p.jobs)
		}
		p.wantCounts(t, "run", 0, 0, int64(shards))
		report := p.report(t, "run")
		if report.JobError == nil || report.JobError.Error != "States.Timeout" {
			t.Errorf("the report has the job's error %v", report.JobError)
		}
		for index, ended := range p.ended {
			if len(ended.Attempts) > 1 {
				t.Errorf("job %d was tried again after it was terminated", index)
			}
		}
	}
}

func TestARunWhoseJobsMayNotBeEndedSaysThatTheyGoOn(t *testing.T) {
	for action, statement := range map[string]struct{ policy, sid string }{
		"batch:ListJobs":     {"WorkflowRoleEndOverdueJobsPolicy", "ListJobs"},
		"batch:DescribeJobs": {workflowPolicy, "WatchJobs"},
		"batch:TerminateJob": {workflowPolicy, "StopOwnJobs"},
	} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			p := open(t, changed(
				t,
				command(endless),
				impatient,
				withoutRetries,
				withoutPermission(statement.policy, statement.sid, action),
			))
			p.put(t, map[string]string{"a": "1\n"})
			p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, contract.ErrorObjects)
			report := p.report(t, "run")
			if report.JobError == nil || report.JobError.Error != contract.ErrorJobsGoOn ||
				!strings.Contains(report.JobError.Cause, "perform: "+action) {
				t.Errorf("the report has the job's error %v", report.JobError)
			}
			if len(p.messages) != 1 || !strings.Contains(p.messages[0].Message, "may go on") {
				t.Errorf("got the messages %+v", p.messages)
			}
			if got := p.endedBefore["Collect results"]; got != 0 {
				t.Error("the job had ended")
			}
		})
	}
}
