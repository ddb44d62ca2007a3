package main

import (
	"context"
	"errors"
	"fmt"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/worker/process"
)

// errAllRefused says that S3 refused all objects of the shard, or failed at them.
var errAllRefused = errors.New("S3 refused all objects of the shard, or failed at them")

// jobError is an error at the job's own files, such as its journal, which is about no object.
type jobError struct{ error }

func (e *jobError) Unwrap() error { return e.error }

func isOfJob(err error) bool {
	_, ok := errors.AsType[*jobError](err)
	return ok
}

// failure is what went wrong with one object, and with no other.
type failure struct {
	exitCode int // How the command ended, as in [contract.Result]; 0 if it was not that.
	kind     contract.FailureKind
	reason   string
}

func (f *failure) Error() string { return f.reason }

// failureOf returns the error as a failure of the object that was worked on, or nil if
// the object is not to blame: then it ends the attempt.
func failureOf(err error) *failure {
	if isOfJob(err) {
		return nil
	}
	if further, ok := errors.AsType[*furtherError](err); ok {
		failed := failureOf(further.err)
		if failed != nil {
			failed.reason = fmt.Sprintf("%s, %q: %s", further.placeholder, further.key, failed.reason)
		}
		return failed
	}
	if failed, ok := errors.AsType[*failure](err); ok {
		return failed
	}
	if failed, ok := errors.AsType[*process.Failure](err); ok {
		return &failure{exitCode: failed.ExitCode, kind: kindOf(failed), reason: failed.Reason}
	}
	if process.Exhausted(err) {
		return &failure{kind: contract.FailedSpace, reason: err.Error()}
	}
	failed, ok := errors.AsType[*objects.Error](err)
	if !ok {
		return nil
	}
	switch failed.Kind {
	case objects.NotFound:
		return &failure{kind: contract.FailedGone, reason: "the object is gone since it was listed"}
	case objects.Changed:
		return &failure{kind: contract.FailedChanged, reason: "the object changed while it was read"}
	case objects.Archived:
		return &failure{kind: contract.FailedArchived, reason: failed.Err.Error()}
	case objects.TooLarge:
		return &failure{kind: contract.FailedTooLarge, reason: failed.Err.Error()}
	case objects.Refused:
		return &failure{kind: contract.FailedRefused, reason: "S3: " + failed.Error()}
	}
	return nil
}

// kindOf is the kind of a command's failure.
func kindOf(failed *process.Failure) contract.FailureKind {
	switch {
	case failed.TimedOut:
		return contract.FailedTimeout
	case failed.OutOfMemory:
		return contract.FailedMemory
	case failed.ExitCode > 0:
		return contract.FailedExit
	case failed.ExitCode < 0:
		return contract.FailedSignal
	}
	return contract.FailedOutput
}

// mayBeOthers reports whether the error may come from what other objects do at the same time,
// so that the object has to be tried alone before it is to blame.
func mayBeOthers(err error) bool {
	failed, ok := errors.AsType[*process.Failure](err)
	return process.Exhausted(err) || ok && failed.Lost
}

// exitCode is the code that tells AWS Batch what to do about the error.
func exitCode(ctx context.Context, err error) int {
	if err == nil {
		return contract.ExitDone
	}
	if ctx.Err() != nil {
		return contract.ExitStopped
	}
	if errors.Is(err, errAllRefused) {
		return contract.ExitTryAgain
	}
	switch objects.KindOf(err) {
	// What changed can only be the manifest or the index: an object that does has failed.
	case objects.Retryable, objects.Refused, objects.Changed:
		return contract.ExitTryAgain
	}
	return contract.ExitBroken
}
