package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

var (
	// No page of AWS says so, so the workflow lists and ends the jobs itself after this timeout.
	claimStateTimeout = claim{"The timeout of a state ends the job that it waits for", false}
	// The timeout of the state that waits for the job comes first.
	claimExecutionTimeout = claim{"The timeout of an execution ends the job that it waits for", false}
)

const (
	// waitingLimit is the timeout: enough for Fargate to start a job.
	waitingLimit = 5 * time.Minute
	// cancelLimit is how long after it a job may still go on.
	cancelLimit = 3 * time.Minute
)

// tryTimeouts lets two executions give up a job that sleeps: one by the timeout of its
// state, one by its own. Both wait at the same time.
func tryTimeouts(ctx context.Context, h *hour) error {
	byState, err := h.giveUp(ctx, "state", nil, aws.Int(int(waitingLimit.Seconds())))
	if err != nil {
		return err
	}
	byExecution, err := h.giveUp(ctx, "execution", aws.Int(int(waitingLimit.Seconds())), nil)
	if err != nil {
		return err
	}
	return errors.Join(
		h.judgeTimeout(ctx, claimStateTimeout, byState),
		h.judgeTimeout(ctx, claimExecutionTimeout, byExecution),
	)
}

// giveUp starts an execution of a state machine of its own, which submits a job and waits
// for it until a timeout. It returns the execution's ARN.
func (h *hour) giveUp(ctx context.Context, name string, execution, state *int) (string, error) {
	command, err := h.commandOf(name, "sleep 1200")
	if err != nil {
		return "", err
	}
	definition, err := json.Marshal(machine{
		StartAt: "Job",
		Timeout: execution,
		States: map[string]task{"Job": {
			Type:     "Task",
			Resource: "arn:" + strings.Split(h.stateMachine, ":")[1] + ":states:::batch:submitJob.sync",
			Timeout:  state,
			End:      true,
			Parameters: map[string]any{
				"JobName":            h.name + "-" + name,
				"JobQueue":           h.submit.JobQueue,
				"JobDefinition":      h.submit.JobDefinition,
				"Tags":               h.submit.fixedTags(),
				"ContainerOverrides": map[string]any{"Command": command},
				"Parameters": map[string]string{
					"manifest": h.manifest.String(),
					"results":  h.resultsOf(name).String(),
				},
			},
		}},
	})
	if err != nil {
		return "", err
	}
	created, err := h.states.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
		Name:       aws.String(h.name + "-" + name),
		RoleArn:    &h.role,
		Definition: aws.String(string(definition)),
	})
	if err != nil {
		return "", err
	}
	h.later("delete state machine "+h.name+"-"+name, func(ctx context.Context) error {
		_, err := h.states.DeleteStateMachine(ctx, &sfn.DeleteStateMachineInput{StateMachineArn: created.StateMachineArn})
		return err
	})
	return h.start(ctx, aws.ToString(created.StateMachineArn), name, struct{}{})
}

// machine and task are as much of the Amazon States Language as is needed.
type machine struct {
	StartAt string
	Timeout *int `json:"TimeoutSeconds,omitempty"`
	States  map[string]task
}

type task struct {
	Type       string
	Resource   string
	Parameters map[string]any
	Timeout    *int `json:"TimeoutSeconds,omitempty"`
	End        bool
}

// fixedTags are the tags by which the role may end the job; those that are of a run are
// left out.
func (s submission) fixedTags() map[string]any {
	fixed := map[string]any{}
	for name, value := range s.Tags {
		if !strings.HasSuffix(name, ".$") {
			fixed[name] = value
		}
	}
	return fixed
}

// judgeTimeout looks at what becomes of the job after its execution has given it up.
func (h *hour) judgeTimeout(ctx context.Context, c claim, execution string) error {
	id, err := h.waitSubmitted(ctx, execution)
	if err != nil {
		return err
	}
	h.endLater(id)
	end, err := h.end(ctx, execution, waitingLimit+cancelLimit)
	if err != nil {
		return err
	}
	gaveUp := end.Status == sfntypes.ExecutionStatusTimedOut || aws.ToString(end.Error) == "States.Timeout"
	if !gaveUp {
		return fmt.Errorf("the execution did not give up: %s, %s%s", end.Status, aws.ToString(end.Error), suffix(end.Cause))
	}
	err = h.until(ctx, cancelLimit, func() (bool, error) {
		job, err := h.job(ctx, id)
		return err == nil && ended(job.Status), err
	})
	if err != nil && !errors.Is(err, errNotInTime) {
		return err
	}
	job, err := h.job(ctx, id)
	if err != nil {
		return err
	}
	h.addIf(ended(job.Status), c, "the job was %s %s after it: %s", job.Status, cancelLimit, aws.ToString(job.StatusReason))
	return nil
}
