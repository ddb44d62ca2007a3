package main

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/objects/segments"
	"batchjobwithlambda/batch/people"
)

const (
	// recoveredObjects is of how many objects the shards may have that are recovered at once:
	// each takes some 400 bytes of memory.
	recoveredObjects = 100_000
	// askedAtOnce is how many outputs of a shard are asked for at once.
	askedAtOnce = 16
	// askingShare is in how much of the function's time outputs are asked for, of which there
	// may be many if many jobs died. The rest is for everything else.
	askingShare = 0.75
)

// recovered is what is known of a shard without a result.
type recovered struct {
	shard []contract.Object
	known contract.Known
	// made are the objects without a known outcome of which the run has made the output.
	made map[string]contract.Result
	// reason is why the others failed.
	reason string
	// large says that the others failed in the first round, as they say themselves.
	large bool
}

// recover puts together what is known of a shard whose job left no usable result.
func (s *shards) recover(ctx context.Context, number int, lost string) (*recovered, error) {
	r := &recovered{made: map[string]contract.Result{}, large: s.run.Large}
	for object, err := range s.objects(ctx, number) {
		if err != nil {
			return nil, err
		}
		r.shard = append(r.shard, object)
	}
	found, err := segments.Read(ctx, s.s3, s.run.Results(), number)
	if err != nil {
		return nil, err
	}
	r.known = contract.Recall(r.shard, found)
	r.reason = s.describeLost(lost, r.known.Effort)
	return r, s.askForOutputs(ctx, r)
}

// describeLost says why an object was not reached.
func (s *shards) describeLost(lost string, effort contract.Effort) string {
	if effort.Attempts > 0 {
		lost += fmt.Sprintf(" after %s and %s of work",
			people.Count(int64(effort.Attempts), "attempt"), people.Duration(effort.Time))
	}
	if s.jobError != "" {
		lost += " (" + s.jobError + ")"
	}
	return people.OneLine(lost, causeCharacters)
}

// noFiles is what an output says of its command's files if there are none. Which content they have now,
// only a job knows, so what was made with files of an earlier run does not count.
const noFiles = ""

// askForOutputs asks S3 for the outputs of the objects that a job may have begun, and of which
// it did not say what became: an output may have been made just before the job died.
func (s *shards) askForOutputs(ctx context.Context, r *recovered) error {
	var mu sync.Mutex
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(askedAtOnce)
	for i, object := range r.shard {
		if _, known := r.known.Results[object.Key]; known || !r.known.MayHaveBegun(i, object.Key) || !s.hasTime() {
			continue
		}
		group.Go(func() error {
			result, made, err := s.askForOutput(asking, object)
			if made {
				mu.Lock()
				defer mu.Unlock()
				r.made[object.Key] = result
			}
			return err
		})
	}
	return group.Wait()
}

// askingEnd is until when a function that has just begun asks for outputs; zero if it has no limit.
func askingEnd(ctx context.Context) time.Time {
	deadline, limited := ctx.Deadline()
	if !limited {
		return time.Time{}
	}
	now := time.Now()
	return now.Add(time.Duration(askingShare * float64(deadline.Sub(now))))
}

func (s *shards) hasTime() bool { return s.askingEnd.IsZero() || time.Now().Before(s.askingEnd) }

// askForOutput reports whether the object's output is up to date, and if so what became of the
// object: this run has made it, or it was there before. What failed in an earlier run may have
// changed since, so an output that was there before does not count.
func (s *shards) askForOutput(ctx context.Context, object contract.Object) (contract.Result, bool, error) {
	address, err := s.outputs.Address(object.Key)
	if err != nil { // Then no job can have made one.
		return contract.Result{}, false, nil
	}
	output, metadata, err := s.s3.Head(ctx, address)
	switch objects.KindOf(err) {
	case objects.NotFound, objects.Refused, objects.Archived:
		return contract.Result{}, false, nil
	}
	switch {
	case err != nil:
		return contract.Result{}, false, err
	case metadata[contract.MetadataRun] == s.run.ID:
		return contract.Result{
			Key:      object.Key,
			Status:   contract.Done,
			BytesIn:  object.Size,
			BytesOut: s.outputs.Bytes(output.Size, metadata),
		}, true, nil
	case !object.HasFailedBefore() && s.isUpToDate(metadata, object):
		return contract.Result{Key: object.Key, Status: contract.Skipped}, true, nil
	}
	return contract.Result{}, false, nil
}

// isUpToDate reports whether an output with the metadata is what the run's command makes of the object.
func (s *shards) isUpToDate(metadata map[string]string, object contract.Object) bool {
	command, err := s.texts.For(object)
	return err == nil && contract.UpToDate(metadata, object.ETag, command, noFiles)
}

// outcomes yields what became of the objects.
func (r *recovered) outcomes() iter.Seq2[outcome, error] {
	return func(yield func(outcome, error) bool) {
		for _, object := range r.shard {
			if !yield(outcome{object, r.result(object), r.known.Deaths[object.Key]}, nil) {
				return
			}
		}
	}
}

func (r *recovered) result(object contract.Object) contract.Result {
	if result, known := r.known.Results[object.Key]; known {
		return result
	}
	if result, made := r.made[object.Key]; made {
		return result
	}
	failed := contract.Result{Key: object.Key, Status: contract.Failed, Kind: contract.FailedNotReached, Reason: r.reason}
	if r.large {
		failed.Kind, failed.Reason = object.Kind, object.Reason
	}
	if r.known.Died(object.Key) {
		failed.Kind, failed.Reason = contract.FailedDied, contract.DiedReason
	}
	return failed
}
