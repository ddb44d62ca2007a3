package main

import (
	"context"
	"errors"

	"batchjobwithlambda/batch/contract"
)

// failure is what went wrong with one object, and with no other.
type failure struct {
	exitCode int // How the command ended, as in [contract.Result]; 0 if it was not that.
	reason   string
}

func (f *failure) Error() string { return f.reason }

// trouble is an error of the platform: no object is to blame, and another attempt may
// find it gone.
type trouble struct{ error }

func (t trouble) Unwrap() error { return t.error }

var (
	errGone    = errors.New("the object is gone since it was listed")
	errChanged = errors.New("the object changed while it was read")
)

// exitCode is the code that tells AWS Batch what to do about the error.
func exitCode(ctx context.Context, err error) int {
	if err == nil {
		return contract.ExitThrough
	}
	if ctx.Err() != nil {
		return contract.ExitStopped
	}
	// What changed can only be the manifest or the index: an object that does has failed.
	if _, ok := errors.AsType[trouble](err); ok || errors.Is(err, errChanged) {
		return contract.ExitTryAgain
	}
	return exitBroken
}
