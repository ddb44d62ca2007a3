package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"batchjobwithlambda/batch/contract"
)

// hour is one run of the program: what it found, and what it has to remove.
type hour struct {
	clients
	pipeline
	findings
	// name begins the name of everything that is made.
	name string
	// manifest and results are those of the first run, once there is one.
	manifest contract.Address
	results  contract.Location
	// progress is told what is being waited for.
	progress io.Writer
	// pause waits, or returns the context's error.
	pause func(context.Context, time.Duration) error
	undo  []undo
}

// undo removes something that was made, or sets it back.
type undo struct {
	what string
	do   func(context.Context) error
}

// later keeps what has to be undone in the end.
func (h *hour) later(what string, do func(context.Context) error) {
	h.undo = append(h.undo, undo{what: what, do: do})
}

// cleanUp undoes everything, the last first, and returns what could not be undone.
func (h *hour) cleanUp(ctx context.Context) error {
	var errs []error
	for i := len(h.undo) - 1; i >= 0; i-- {
		h.say("%s", h.undo[i].what)
		if err := h.undo[i].do(ctx); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", h.undo[i].what, err))
		}
	}
	h.undo = nil
	return errors.Join(errs...)
}

func (h *hour) say(format string, arguments ...any) {
	fmt.Fprintf(h.progress, "… "+format+"\n", arguments...)
}

// errNotInTime is returned when something did not happen in the time that was given.
var errNotInTime = errors.New("not in time")

// between is how long lies between two questions of the same kind.
const between = 10 * time.Second

// until asks again and again, for as long as the limit, whether something has happened.
func (h *hour) until(ctx context.Context, limit time.Duration, happened func() (bool, error)) error {
	for range int(limit/between) + 1 {
		ok, err := happened()
		if err != nil || ok {
			return err
		}
		if err := h.pause(ctx, between); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: %s", errNotInTime, limit)
}

// sleep waits for the duration, or until the context ends.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
