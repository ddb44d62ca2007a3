package main

import (
	"context"
	"errors"
	"slices"
	"sync"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// maxInARow is at how many objects S3 may fail, with none between at which it works, until it is
// taken to fail at all of them. Each has been asked for as often as the SDK does.
const maxInARow = 4

// aside are the objects, by their numbers, at which S3 failed while it may work at others.
type aside struct {
	mu      sync.Mutex
	numbers []int
	// inARow are those at which it failed since it last worked.
	inARow map[int]struct{}
}

// failedAt takes note that S3 failed at the object. It reports whether that may be about this one.
func (a *aside) failedAt(number int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.inARow == nil {
		a.inARow = map[int]struct{}{}
	}
	a.inARow[number] = struct{}{}
	return len(a.inARow) < maxInARow
}

// worked takes note that S3 worked at an object.
func (a *aside) worked() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.inARow)
}

func (a *aside) put(number int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.numbers = append(a.numbers, number)
}

// take returns the objects in their order, and none of them again.
func (a *aside) take() []int {
	a.mu.Lock()
	defer a.mu.Unlock()
	numbers := a.numbers
	a.numbers = nil
	slices.Sort(numbers)
	return numbers
}

// putAside puts the object with the number aside if the error may be that of S3 at this one alone.
// Any other error it returns.
func (w *worker) putAside(ctx context.Context, s *shard, number int, err error) error {
	if !isOfS3(err) || ctx.Err() != nil || !w.aside.failedAt(number) {
		return err
	}
	w.progress.log.Warn("put aside", "key", s.objects[number].Key, "error", err.Error())
	w.aside.put(number)
	return nil
}

// workOnAside works on the objects that were put aside, when all others are done. If S3 fails at one
// of them again, and takes a segment right after it, this one has failed.
func (w *worker) workOnAside(ctx context.Context, s *shard) error {
	numbers := w.aside.take()
	if len(numbers) > 0 {
		w.outputs.forget() // An output may have been stored although S3 did not say so.
	}
	for _, i := range numbers {
		err := w.workApart(ctx, s, i)
		failed, ok := errors.AsType[*objects.Error](err)
		if !ok || !isOfS3(err) || ctx.Err() != nil {
			if err != nil {
				return err
			}
			continue
		}
		key := s.objects[i].Key
		if err := w.journal.alone(ctx, key); err != nil {
			return err
		}
		w.record(s, i, contract.Result{
			Key: key, Status: contract.Failed, Kind: contract.FailedS3, Reason: "S3: " + failed.Error(),
		})
	}
	return nil
}

// isOfS3 reports whether the error says that S3 failed, and nothing about the object. What it failed
// at when the journal was written is about no object.
func isOfS3(err error) bool {
	return objects.KindOf(err) == objects.Retryable && !isOfJob(err)
}
