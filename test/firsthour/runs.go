package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"batchjobwithlambda/batch/contract"
)

// endLimit is how long a small run may take, with what Fargate needs to start its jobs.
const endLimit = 20 * time.Minute

// start starts an execution, and returns its ARN. It is stopped in the end, if it has not
// ended by then.
func (h *hour) start(ctx context.Context, machine, name string, input any) (string, error) {
	text, err := json.Marshal(input)
	if err != nil {
		return "", err
	}
	started, err := h.states.StartExecution(ctx, &sfn.StartExecutionInput{
		StateMachineArn: &machine,
		Name:            aws.String(h.name + "-" + name),
		Input:           aws.String(string(text)),
	})
	if err != nil {
		return "", err
	}
	execution := aws.ToString(started.ExecutionArn)
	h.say("started %s-%s", h.name, name)
	h.later("stop "+execution, func(ctx context.Context) error { return h.stop(ctx, execution) })
	return execution, nil
}

// stop stops an execution that is still going on.
func (h *hour) stop(ctx context.Context, execution string) error {
	is, err := h.states.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &execution})
	if err != nil || is.Status != sfntypes.ExecutionStatusRunning {
		return err
	}
	_, err = h.states.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: &execution})
	return err
}

// end waits for the end of an execution.
func (h *hour) end(ctx context.Context, execution string, limit time.Duration) (*sfn.DescribeExecutionOutput, error) {
	var last *sfn.DescribeExecutionOutput
	err := h.until(ctx, limit, func() (bool, error) {
		var err error
		last, err = h.states.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &execution})
		return err == nil && last.Status != sfntypes.ExecutionStatusRunning, err
	})
	if err != nil {
		return nil, fmt.Errorf("the end of %s: %w", execution, err)
	}
	return last, nil
}

// errNoJob is returned for an execution that submitted no job.
var errNoJob = errors.New("the execution submitted no job")

// submitted returns the id of the job that an execution submitted.
func (h *hour) submitted(ctx context.Context, execution string) (string, error) {
	var id string
	err := h.history(ctx, execution, func(event sfntypes.HistoryEvent) error {
		if event.TaskSubmittedEventDetails == nil {
			return nil
		}
		var output struct {
			JobID string `json:"JobId"`
		}
		err := json.Unmarshal([]byte(aws.ToString(event.TaskSubmittedEventDetails.Output)), &output)
		id = cmp.Or(id, output.JobID)
		return err
	})
	if err == nil && id == "" {
		err = errNoJob
	}
	return id, err
}

// planned returns the address of the manifest that an execution's plan has, or none.
func (h *hour) planned(ctx context.Context, execution string) (string, error) {
	var manifest string
	err := h.history(ctx, execution, func(event sfntypes.HistoryEvent) error {
		if event.StateExitedEventDetails == nil {
			return nil
		}
		var plan contract.Plan
		// The output of another state may be anything.
		if json.Unmarshal([]byte(aws.ToString(event.StateExitedEventDetails.Output)), &plan) == nil {
			manifest = cmp.Or(manifest, plan.BatchInput.Manifest)
		}
		return nil
	})
	return manifest, err
}

// history calls see with each event of an execution.
func (h *hour) history(ctx context.Context, execution string, see func(sfntypes.HistoryEvent) error) error {
	pages := sfn.NewGetExecutionHistoryPaginator(h.states, &sfn.GetExecutionHistoryInput{ExecutionArn: &execution})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, event := range page.Events {
			if err := see(event); err != nil {
				return err
			}
		}
	}
	return nil
}

// waitSubmitted waits until an execution has submitted its job, and returns the job's id.
func (h *hour) waitSubmitted(ctx context.Context, execution string) (id string, err error) {
	err = h.until(ctx, 5*time.Minute, func() (bool, error) {
		id, err = h.submitted(ctx, execution)
		if errors.Is(err, errNoJob) {
			return false, nil
		}
		return err == nil, err
	})
	return id, err
}
