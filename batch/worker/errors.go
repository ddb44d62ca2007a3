package main

import (
	"context"
	"errors"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// failure is what went wrong with one object, and with no other.
type failure struct {
	exitCode int // How the command ended, as in [contract.Result]; 0 if it was not that.
	reason   string
}

func (f *failure) Error() string { return f.reason }

// failureOf returns the error as a failure of the object that was worked on, or nil if
// the object is not to blame: then it ends the attempt.
func failureOf(err error) *failure {
	if failed, ok := errors.AsType[*failure](err); ok {
		return failed
	}
	failed, ok := errors.AsType[*objects.Error](err)
	if !ok {
		return nil
	}
	switch failed.Kind {
	case objects.NotFound:
		return &failure{reason: "the object is gone since it was listed"}
	case objects.Changed:
		return &failure{reason: "the object changed while it was read"}
	case objects.Archived, objects.TooLarge:
		return &failure{reason: failed.Err.Error()}
	}
	return nil
}

// exitCode is the code that tells AWS Batch what to do about the error.
func exitCode(ctx context.Context, err error) int {
	if err == nil {
		return contract.ExitDone
	}
	if ctx.Err() != nil {
		return contract.ExitStopped
	}
	switch objects.KindOf(err) {
	// What changed can only be the manifest or the index: an object that does has failed.
	case objects.Retryable, objects.Refused, objects.Changed:
		return contract.ExitTryAgain
	}
	return exitBroken
}
