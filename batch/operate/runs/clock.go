package runs

import (
	"context"
	"time"
)

// Clock is the time, and a way to wait for it.
type Clock interface {
	Now() time.Time
	// Pause waits, and returns the context's error if that ends before.
	Pause(ctx context.Context, d time.Duration) error
}

// RealClock is the clock of the machine.
type RealClock struct{}

// Now returns the time.
func (RealClock) Now() time.Time { return time.Now() }

// Pause waits; see [Clock].
func (RealClock) Pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
