package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

var claimStop = claim{"Stopping an execution ends the children of its array", true}

// stopLimit is how long children may take to end: 30 seconds are theirs, and Batch ends
// one after the other.
const stopLimit = 10 * time.Minute

// tryStop stops a run while its array is at work.
func tryStop(ctx context.Context, h *hour) error {
	prefix, err := h.upload(ctx, "stop", 480)
	if err != nil {
		return err
	}
	execution, err := h.start(ctx, h.stateMachine, "stop", map[string]any{"prefix": prefix})
	if err != nil {
		return err
	}
	id, err := h.waitSubmitted(ctx, execution)
	if err != nil {
		return err
	}
	if err := h.waitAtWork(ctx, id); err != nil {
		return err
	}
	if _, err := h.states.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: &execution}); err != nil {
		return err
	}
	h.endLater(id)
	err = h.until(ctx, stopLimit, func() (bool, error) {
		array, err := h.job(ctx, id)
		_, left := children(array)
		return err == nil && left == 0, err
	})
	if err != nil && !errors.Is(err, errNotInTime) {
		return err
	}
	array, err := h.job(ctx, id)
	if err != nil {
		return err
	}
	over, left := children(array)
	h.addIf(left == 0, claimStop, "of %d children %d had not ended %s after it: %v",
		over+left, left, stopLimit, array.ArrayProperties.StatusSummary)
	return nil
}

// waitAtWork waits until a child of the array runs.
func (h *hour) waitAtWork(ctx context.Context, id string) error {
	return h.until(ctx, endLimit, func() (bool, error) {
		array, err := h.job(ctx, id)
		if err != nil {
			return false, err
		}
		if array.ArrayProperties == nil {
			return false, fmt.Errorf("job %s is no array: the stack's shards are too large for this", id)
		}
		if ended(array.Status) {
			return false, fmt.Errorf("array %s ended before it could be stopped", id)
		}
		return array.ArrayProperties.StatusSummary["RUNNING"] > 0, nil
	})
}
