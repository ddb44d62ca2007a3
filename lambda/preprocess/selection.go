package main

import (
	"context"
	"iter"
	"math"
	"strings"
	"sync/atomic"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/lambda/internal/inorder"
)

// selection decides which objects of a source a run takes.
type selection struct {
	location contract.Location
	input    contract.Input
	// leftOut counts the objects that the filter did not take, and limited says that the limit
	// left others out.
	leftOut atomic.Int64
	limited bool
	// made counts those that need no job, because earlier runs have made their outputs.
	made int64
	// archived are those that nobody has named and that have to be restored before they can be read.
	// They are left out, and do not fail: a rule that archives old inputs would else make every later
	// run over the prefix fail, though most of what it archives was done before.
	archived noted
	// jobDisk is how many bytes an object may have to be on a job's disk, as far as that is known, and
	// tooLarge are those that have more, which their jobs are going to fail.
	jobDisk  int64
	tooLarge noted
}

func (p planner) newSelection(a asked) *selection {
	s := &selection{location: p.settings.Input, input: a.input, jobDisk: math.MaxInt64}
	if contract.Command(a.job.Command).TakesFiles() && p.settings.JobDiskGiB > 0 {
		s.jobDisk = int64(p.settings.JobDiskGiB) << 30
	}
	return s
}

// takesListed reports whether the run takes an object that nobody has named: one below the
// input, and no folder. It may be called several times at once, but only once for each object.
func (s *selection) takesListed(object contract.Listed) bool {
	_, below := s.location.Name(object.Key)
	if !below || isFolder(object.Object) || !s.takes(object) {
		return false
	}
	if object.Archived {
		s.archived.add(object.Key)
	}
	return !object.Archived
}

// takes reports whether the filter takes the object, and counts it if not.
func (s *selection) takes(object contract.Listed) bool {
	name, _ := s.location.Name(object.Key)
	taken := s.input.Filter.Takes(name, object)
	if !taken {
		s.leftOut.Add(1)
	}
	return taken
}

// isFolder reports whether the object only stands for a folder: it is empty and its key ends
// in a slash, as tools make them.
func isFolder(object contract.Object) bool {
	return strings.HasSuffix(object.Key, "/") && object.Size == 0
}

// first yields the objects that the limit allows, as the run is to work on them, and notes which of
// them are too large.
func (s *selection) first(all iter.Seq2[contract.Object, error]) iter.Seq2[contract.Object, error] {
	return func(yield func(contract.Object, error) bool) {
		var number int64
		for object, err := range all {
			if number++; err == nil && s.input.Limit > 0 && number > s.input.Limit {
				s.limited = true
				return
			}
			if err == nil && object.Size > s.jobDisk {
				s.tooLarge.add(object.Key)
			}
			if s.input.Force {
				object.ETag = "" // A job makes what it cannot compare with an output.
			}
			if !yield(object, err) || err != nil {
				return
			}
		}
	}
}

// only yields those of the objects that are taken.
func only(
	all iter.Seq2[contract.Listed, error],
	taken func(contract.Listed) bool,
) iter.Seq2[contract.Object, error] {
	return func(yield func(contract.Object, error) bool) {
		for object, err := range all {
			if err == nil && !taken(object) {
				continue
			}
			if !yield(object.Object, err) || err != nil {
				return
			}
		}
	}
}

// untimed yields the objects as ones of which nobody knows when they were written.
func untimed(all iter.Seq2[contract.Object, error]) iter.Seq2[contract.Listed, error] {
	return func(yield func(contract.Listed, error) bool) {
		for object, err := range all {
			if !yield(contract.Listed{Object: object}, err) {
				return
			}
		}
	}
}

// askedTogether is how many objects wait in memory until S3 was asked about them.
const askedTogether = 1000

// timed finds out when each of the objects was written, of which the manifest says nothing: a
// HEAD for each.
func (p planner) timed(
	ctx context.Context,
	all iter.Seq2[contract.Object, error],
) iter.Seq2[contract.Listed, error] {
	return askEach(ctx, all, p.time)
}

// askEach yields what is found out about each of the objects, several of which are asked about at once.
func askEach(
	ctx context.Context,
	all iter.Seq2[contract.Object, error],
	ask func(context.Context, contract.Object) (contract.Listed, error),
) iter.Seq2[contract.Listed, error] {
	return func(yield func(contract.Listed, error) bool) {
		waiting := make([]contract.Object, 0, askedTogether)
		askOne := func(ctx context.Context, i int) (contract.Listed, error) { return ask(ctx, waiting[i]) }
		flush := func() bool {
			for listed, err := range inorder.Map(ctx, len(waiting), objects.AtOnce, askOne) {
				if !yield(listed, err) || err != nil {
					return false
				}
			}
			waiting = waiting[:0]
			return true
		}
		for object, err := range all {
			if err != nil {
				yield(contract.Listed{}, err)
				return
			}
			waiting = append(waiting, object)
			if len(waiting) == askedTogether && !flush() {
				return
			}
		}
		flush()
	}
}

// time finds out when the object was written. An object that is gone, or that may not be read,
// is left to the job, which reports it by its name.
func (p planner) time(ctx context.Context, object contract.Object) (contract.Listed, error) {
	found, _, err := p.s3.Head(ctx, contract.Address{Bucket: p.settings.Input.Bucket, Key: object.Key})
	if kind := objects.KindOf(err); kind == objects.NotFound || kind == objects.Refused {
		err = nil
	}
	return contract.Listed{Object: object, Modified: found.Modified}, err
}
