package main

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// outcome is an object as it was planned, and what became of it.
type outcome struct {
	contract.Object
	result contract.Result
	// deaths is how many jobs of this run may have died of it.
	deaths int
}

// failure is the object with the reason why it failed, as the next run's manifest has it.
func (o outcome) failure() contract.Object {
	how := ""
	switch {
	case o.result.ExitCode > 0:
		how = fmt.Sprintf("exit code %d", o.result.ExitCode)
	case o.result.ExitCode < 0:
		how = "killed by signal"
	}
	object := o.Object
	object.Kind, object.Reason = o.result.Kind, o.result.Reason
	object.Deaths += o.deaths
	if how != "" && !strings.HasPrefix(object.Reason, how) {
		object.Reason = how + ": " + object.Reason
	}
	return object
}

// brokenResult says what is wrong with a job's result. Any other error is not the job's fault.
type brokenResult struct{ error }

// outcomes yields what became of the objects of a shard, in the order of the manifest, and
// takes note of what it took. If the shard has no usable result, for the reason that lost says,
// it is recovered from what its job left while it worked.
func (s *shards) outcomes(
	ctx context.Context,
	number int,
	lost string,
	effort *contract.Effort,
) iter.Seq2[outcome, error] {
	if lost == "" {
		return s.matched(ctx, number, effort)
	}
	return func(yield func(outcome, error) bool) {
		weight := min(s.entries[number].Objects, recoveredObjects)
		if err := s.memory.Acquire(ctx, weight); err != nil {
			yield(outcome{}, err)
			return
		}
		defer s.memory.Release(weight)
		r, err := s.recover(ctx, number, lost)
		if err != nil {
			yield(outcome{}, err)
			return
		}
		*effort = r.known.Effort
		for object, err := range r.outcomes() {
			if !yield(object, err) {
				return
			}
		}
	}
}

// matched reads a shard's result beside the manifest, in memory that does not grow with their
// number. It ends with a brokenResult if the two do not have the same objects in the same order.
func (s *shards) matched(ctx context.Context, number int, effort *contract.Effort) iter.Seq2[outcome, error] {
	return func(yield func(outcome, error) bool) {
		file, err := s.s3.Get(ctx, contract.ResultAddress(s.run.Results(), number))
		if err != nil {
			yield(outcome{}, err)
			return
		}
		defer file.Close()
		*effort = contract.EffortOf(file.Metadata)
		next, stop := iter.Pull2(contract.ReadResults(file))
		defer stop()
		for object, err := range s.objects(ctx, number) {
			var result contract.Result
			if err == nil {
				result, err = resultOf(object, next)
			}
			if !yield(outcome{object, result, deathsOf(result)}, err) || err != nil {
				return
			}
		}
		if result, err, more := next(); more {
			if err == nil {
				err = fmt.Errorf("it goes on with key %q after the shard's last", result.Key)
			}
			yield(outcome{}, blameResult(err))
		}
	}
}

// deathsOf is how many jobs died of the object according to its shard's result.
func deathsOf(result contract.Result) int {
	if result.Kind == contract.FailedDied {
		return contract.MaxDeaths
	}
	return 0
}

// resultOf returns the next result, which has to be the object's.
func resultOf(object contract.Object, next func() (contract.Result, error, bool)) (contract.Result, error) {
	result, err, more := next()
	switch {
	case !more:
		err = fmt.Errorf("it ends before key %q", object.Key)
	case err == nil && result.Key != object.Key:
		err = fmt.Errorf("it has key %q where the shard has %q", result.Key, object.Key)
	}
	if err != nil {
		return contract.Result{}, blameResult(err)
	}
	return result, nil
}

// blameResult returns the error as a brokenResult, unless S3 is to blame.
func blameResult(err error) error {
	if objects.KindOf(err) != objects.None {
		return err
	}
	return brokenResult{err}
}

// objects yields the objects of a shard as they were planned.
func (s *shards) objects(ctx context.Context, number int) iter.Seq2[contract.Object, error] {
	return func(yield func(contract.Object, error) bool) {
		entry := s.entries[number]
		lines, err := s.s3.GetRange(ctx, s.run.Manifest(), entry.Offset, entry.Length)
		if err != nil {
			yield(contract.Object{}, err)
			return
		}
		defer lines.Close()
		count := int64(0)
		for object, err := range contract.ReadManifest(lines) {
			if !yield(object, err) || err != nil {
				return
			}
			count++
		}
		if count != entry.Objects {
			yield(
				contract.Object{},
				fmt.Errorf("shard %d has %d objects in %s, and %d in its index", number, count, s.run.Manifest(), entry.Objects),
			)
		}
	}
}
