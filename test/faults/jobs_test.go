package faults

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"batchjobwithlambda/batch/contract"
)

// job is one in the queue.
type job struct {
	id     string
	tags   map[string]string
	status string
	// looks is how often a job that was terminated is looked at before it has ended; 0 if it was
	// not terminated.
	looks int
	// large says that it is a larger job, of the second round.
	large bool
}

func (j *job) ended() bool { return j.status == "SUCCEEDED" || j.status == "FAILED" }

// start is what SubmitJob does: the job goes on until it ends, whoever waits for it.
func (t *tasks) start(parameters json.RawMessage) *job {
	var request struct {
		JobDefinition string
		Tags          map[string]string
	}
	_ = json.Unmarshal(parameters, &request) // Who submits the job has looked at it.
	started := &job{
		id:     fmt.Sprintf("job-%d", len(t.jobs)),
		tags:   request.Tags,
		status: "RUNNING",
		large:  t.isLarge(request.JobDefinition),
	}
	t.jobs = append(t.jobs, started)
	return started
}

// own are the jobs of the round of the run.
func (t *tasks) own(large bool) []*job {
	return slices.DeleteFunc(slices.Clone(t.jobs), func(j *job) bool { return j.tags["run"] != t.run || j.large != large })
}

// hasResults reports whether a job of the round of the run left its results.
func (t *tasks) hasResults(large bool) bool {
	return slices.ContainsFunc(t.own(large), func(j *job) bool { return j.status == "SUCCEEDED" })
}

// checkEnded returns an error if results are added up while a job of the run may change them,
// unless that is what a person is told. Beside one that left its results a copy may go on, when
// the answer to its submission was lost: test/chaos shows that the copy changes nothing.
func (t *tasks) checkEnded(told *contract.TaskError, large bool) error {
	if told != nil && told.Error == contract.ErrorJobsGoOn || t.hasResults(large) {
		return nil
	}
	for _, j := range t.own(large) {
		if !j.ended() {
			return fmt.Errorf("%s goes on while its run is reported", j.id)
		}
	}
	return nil
}

// others are jobs of the same queue that are not the run's: of another run, and of somebody who
// does not tag jobs.
func others() []*job {
	return []*job{
		{id: "of-another-run", tags: map[string]string{"run": "another"}, status: "RUNNING"},
		{id: "of-a-person", status: "RUNNING"},
	}
}

// listJobs has the jobs of others on the first page, and those of the run on the second.
func (t *tasks) listJobs(parameters json.RawMessage) (json.RawMessage, error) {
	var request struct {
		JobQueue, NextToken string
		Filters             []struct {
			Name   string
			Values []string
		}
	}
	if err := parse(parameters, &request); err != nil {
		return nil, err
	}
	if request.JobQueue != t.queueARN || len(request.Filters) != 1 || request.Filters[0].Name != "AFTER_CREATED_AT" ||
		!slices.Equal(request.Filters[0].Values, []string{jobsAfter}) {
		return nil, fmt.Errorf("the request to list jobs is %s", parameters)
	}
	page, listed := map[string]any{}, others()
	switch request.NextToken {
	case "":
		page["NextToken"] = "second"
	case "second":
		listed = t.jobs
	default:
		return nil, fmt.Errorf("the request to list jobs is %s", parameters)
	}
	summaries := []map[string]any{}
	for _, j := range listed {
		summaries = append(summaries, map[string]any{"JobId": j.id, "JobName": "BatchJobFanOut", "Status": j.status})
	}
	page["JobSummaryList"] = summaries
	return json.Marshal(page)
}

func (t *tasks) find(id string) *job {
	for _, j := range slices.Concat(others(), t.jobs) {
		if j.id == id {
			return j
		}
	}
	return nil
}

func (t *tasks) describeJobs(parameters json.RawMessage) (json.RawMessage, error) {
	var request struct{ Jobs []string }
	if err := parse(parameters, &request); err != nil {
		return nil, err
	}
	if len(request.Jobs) != 1 || t.find(request.Jobs[0]) == nil {
		return nil, fmt.Errorf("the request to describe jobs is %s", parameters)
	}
	j := t.find(request.Jobs[0])
	if j.looks > 0 {
		if j.looks--; j.looks == 0 {
			j.status = "FAILED"
		}
	}
	detail := map[string]any{"JobId": j.id, "Status": j.status}
	if j.tags != nil {
		detail["Tags"] = maps.Clone(j.tags)
	}
	return json.Marshal(map[string]any{"Jobs": []any{detail}})
}

// looksUntilEnded is how often a job that was terminated is looked at until it has ended.
const looksUntilEnded = 2

func (t *tasks) terminateJob(parameters json.RawMessage) (json.RawMessage, error) {
	var request struct{ JobId, Reason string }
	if err := parse(parameters, &request); err != nil {
		return nil, err
	}
	j := t.find(request.JobId)
	if j == nil || j.tags["run"] != t.run || request.Reason == "" {
		return nil, fmt.Errorf("the request to terminate a job is %s", parameters)
	}
	if j.ended() {
		return nil, errors.New("a job that has ended is terminated")
	}
	if j.looks == 0 {
		j.looks = looksUntilEnded
	}
	return json.RawMessage(`{}`), nil
}
