package main

import (
	"context"
	"fmt"
	"io"
	"iter"

	"batchjobwithlambda/batch/contract"
)

// firstFailures is how many failures a report shows: what fits on a phone.
const firstFailures = 5

// failureList writes the objects that failed in the order of the manifest, in which both rounds of a
// run have them.
type failureList struct {
	report *contract.Report
	second *secondRound
	list   io.Writer

	// next yields the failures of the second round, of which waiting is the next one, unless there
	// is none left.
	next    func() (contract.Object, error, bool)
	close   func()
	waiting *contract.Object
}

func newFailureList(
	ctx context.Context,
	report *contract.Report,
	second *secondRound,
	list io.Writer,
) *failureList {
	f := &failureList{report: report, second: second, list: list}
	f.next, f.close = iter.Pull2(second.failures(ctx))
	return f
}

// addShard adds the objects of a shard of the first round that failed.
func (f *failureList) addShard(ctx context.Context, jobs *shards, number int, sum *tally) error {
	found := int64(0)
	for object, err := range jobs.failures(ctx, number, sum) {
		if err != nil {
			return err
		}
		found++
		if f.second.replaces(object) {
			continue
		}
		if err := f.addBefore(object.Key); err != nil {
			return err
		}
		if err := f.write(object); err != nil {
			return err
		}
	}
	if found != sum.failed {
		return fmt.Errorf(
			"shard %d had %d failures, and now has %d: its result changed while it was read",
			number,
			sum.failed,
			found,
		)
	}
	return nil
}

// addRest adds what the second round has left.
func (f *failureList) addRest() error { return f.addBefore("") }

// addBefore adds the failures of the second round before the key, or all of them if it is empty.
func (f *failureList) addBefore(key string) error {
	for {
		if f.waiting == nil {
			object, err, more := f.next()
			if err != nil || !more {
				return err
			}
			f.waiting = &object
		}
		if key != "" && f.waiting.Key > key {
			return nil
		}
		if err := f.write(*f.waiting); err != nil {
			return err
		}
		f.waiting = nil
	}
}

func (f *failureList) write(object contract.Object) error {
	if len(f.report.FirstFailures) < firstFailures {
		f.report.FirstFailures = append(f.report.FirstFailures, object)
	}
	_, err := f.list.Write(contract.AppendObject(nil, object))
	return err
}
