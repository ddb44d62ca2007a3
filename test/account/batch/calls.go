package batch

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/statemachine"
)

// pageSize is how many jobs a page of ListJobs has at most ("ListJobs", AWS Batch API Reference).
const pageSize = 100

// Summary is what ListJobs tells of a job. It has no tags.
type Summary struct {
	JobId, JobName string
	Status         Status
	CreatedAt      int64 // In milliseconds since 1970.
}

// listJobs lists the jobs of a queue, the latest first. Of an array it lists the parent alone.
func (s *Service) listJobs(_ context.Context, role string, parameters json.RawMessage) (json.RawMessage, error) {
	var request struct {
		JobQueue, NextToken string
		Filters             []struct {
			Name   string
			Values []string
		}
	}
	if err := statemachine.DecodeParameters(parameters, &request); err != nil {
		return nil, err
	}
	if err := s.gate.Check(iam.Request{Principal: role, Action: "batch:ListJobs", Resource: "*"}); err != nil {
		return nil, refusedCall(err)
	}
	if len(request.Filters) != 1 || request.Filters[0].Name != "AFTER_CREATED_AT" || len(request.Filters[0].Values) != 1 {
		return nil, clientError("want one filter, AFTER_CREATED_AT with one value: got %+v", request.Filters)
	}
	after, err := strconv.ParseInt(request.Filters[0].Values[0], 10, 64)
	if err != nil {
		return nil, clientError("AFTER_CREATED_AT: %v", err)
	}
	found := []Summary{}
	for _, job := range slices.Backward(s.store.all()) {
		detail, _ := job.end()
		if detail.JobQueue == request.JobQueue && job.created.After(time.UnixMilli(after)) {
			found = append(found, Summary{detail.JobId, detail.JobName, detail.Status, job.created.UnixMilli()})
		}
	}
	first := 0
	if request.NextToken != "" {
		if first, err = strconv.Atoi(request.NextToken); err != nil || first > len(found) {
			return nil, clientError("NextToken %q", request.NextToken)
		}
	}
	page := map[string]any{"JobSummaryList": found[first:min(first+pageSize, len(found))]}
	if next := first + pageSize; next < len(found) {
		page["NextToken"] = strconv.Itoa(next)
	}
	return json.Marshal(page)
}

func (s *Service) describeJobs(_ context.Context, role string, parameters json.RawMessage) (json.RawMessage, error) {
	var request struct{ Jobs []string }
	if err := statemachine.DecodeParameters(parameters, &request); err != nil {
		return nil, err
	}
	if err := s.gate.Check(iam.Request{Principal: role, Action: "batch:DescribeJobs", Resource: "*"}); err != nil {
		return nil, refusedCall(err)
	}
	found := []Detail{}
	for _, job := range s.store.all() {
		if detail, _ := job.end(); slices.Contains(request.Jobs, detail.JobId) {
			found = append(found, detail)
		}
	}
	return json.Marshal(map[string]any{"Jobs": found})
}

// terminateJob asks a job to end, and does not wait until it has. One that has ended stays as it is.
func (s *Service) terminateJob(_ context.Context, role string, parameters json.RawMessage) (json.RawMessage, error) {
	var request struct{ JobId, Reason string }
	if err := statemachine.DecodeParameters(parameters, &request); err != nil {
		return nil, err
	}
	for _, job := range s.store.all() {
		detail, _ := job.end()
		if detail.JobId != request.JobId {
			continue
		}
		if err := s.checkTerminate(role, detail.JobId, detail.Tags); err != nil {
			return nil, refusedCall(err)
		}
		job.terminate()
	}
	return json.RawMessage(`{}`), nil
}

// refusedCall is what AWS Step Functions makes of a refusal of a call of the AWS SDK.
func refusedCall(err error) error {
	return &statemachine.TaskError{Name: "Batch.BatchException", Cause: err.Error()}
}

func clientError(format string, values ...any) error {
	return &statemachine.TaskError{Name: "Batch.ClientException", Cause: fmt.Sprintf(format, values...)}
}
