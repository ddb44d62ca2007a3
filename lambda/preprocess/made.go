package main

import (
	"context"
	"iter"
	"log"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/lambda/internal/sorting"
)

// madeShare is the part of the function's time that may be spent on finding out what is there of what
// was made: the rest is for the plan.
const madeShare = 3

// unmade yields the objects without those whose outputs earlier runs have made, and counts these. An
// object is left out only if the list of what was made has it with the ETag that it has now and with the
// run's command, and its output is still there, with the ETag that it was made with.
//
// Whatever keeps the list or the outputs from being read leaves it to the jobs to find out what is
// done: that costs only some time, so it keeps no run from being planned.
func (p planner) unmade(
	ctx context.Context,
	a asked,
	selected *selection,
	all iter.Seq2[contract.Object, error],
) iter.Seq2[contract.Object, error] {
	if !leavesOutMade(a.input) {
		return all
	}
	return func(yield func(contract.Object, error) bool) {
		known, err := p.openMade(ctx, a)
		switch {
		case objects.KindOf(err) == objects.NotFound:
		case err != nil:
			log.Printf("leave it to the jobs what is done: %v", err)
		default:
			defer known.close()
		}
		for object, err := range all {
			if err == nil && known != nil && known.has(object) {
				selected.made++
				continue
			}
			if !yield(object, err) || err != nil {
				return
			}
		}
	}
}

// leavesOutMade reports whether the run takes only what is not done yet: not if the input names the
// objects, or wants all again.
func leavesOutMade(input contract.Input) bool {
	named := input.Source == contract.SourceObjects || input.Source == contract.SourceManifest
	return !named && !input.Force
}

// made is what earlier runs have made, beside what is there of it.
type made struct {
	digests contract.Digests
	list    follower[contract.Made]
	there   follower[sorting.Entry]
	// sorted has the outputs, with the keys of their objects: the suffix of their names may put them
	// in another order.
	sorted *sorting.Sorter
}

// openMade lists the outputs only if there is a list of what was made.
func (p planner) openMade(ctx context.Context, a asked) (*made, error) {
	address := contract.MadeAddress(p.settings.Runs)
	if _, _, err := p.s3.Head(ctx, address); err != nil {
		return nil, err
	}
	texts, err := contract.NewTexts(a.job.Command)
	if err != nil {
		return nil, err
	}
	sorted, err := p.sortOutputs(ctx, a)
	if err != nil {
		return nil, err
	}
	return &made{
		digests: texts.Digests(),
		list:    follow(p.readMade(ctx, address), func(m contract.Made) string { return m.Key }),
		there:   follow(sorted.All(), func(e sorting.Entry) string { return string(e.Key) }),
		sorted:  sorted,
	}, nil
}

// sortOutputs returns the ETags of the outputs that there are, by the keys of their objects. It takes no more
// than its share of the time.
func (p planner) sortOutputs(ctx context.Context, a asked) (*sorting.Sorter, error) {
	if end, limited := ctx.Deadline(); limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(end)/madeShare)
		defer cancel()
	}
	sorted, err := sorting.New(sorting.BufferBytes)
	if err != nil {
		return nil, err
	}
	outputs := p.settings.Outputs(a.job.Command)
	below := outputs.Location()
	below.Prefix += a.input.Prefix
	for output, err := range p.s3.List(ctx, below) {
		if err == nil {
			if key, ok := outputs.KeyOf(output.Key); ok {
				err = sorted.Add(key, []byte(output.ETag))
			}
		}
		if err != nil {
			sorted.Close()
			return nil, err
		}
	}
	return sorted, nil
}

// readMade yields the list, which is opened when the first line is asked for: an open list would be
// given up while the outputs are listed.
func (p planner) readMade(ctx context.Context, address contract.Address) iter.Seq2[contract.Made, error] {
	return func(yield func(contract.Made, error) bool) {
		file, err := p.s3.Get(ctx, address)
		if err != nil {
			yield(contract.Made{}, err)
			return
		}
		defer file.Close()
		contract.ReadMade(file)(yield)
	}
}

func (m *made) close() {
	m.list.stop()
	m.there.stop()
	m.sorted.Close()
}

// has reports whether the object's output was made and is there. The objects have to come in the order
// of their keys.
func (m *made) has(object contract.Object) bool {
	entry, listed := m.list.at(object.Key)
	if !listed || entry.ETag != object.ETag || object.Inside != "" {
		return false
	}
	if digest, err := m.digests.For(object); err != nil || digest != entry.Command {
		return false
	}
	output, there := m.there.at(object.Key)
	return there && string(output.Value) == entry.Output
}

// follower goes through a sorted sequence beside another one.
type follower[T any] struct {
	next    func() (T, error, bool)
	stop    func()
	key     func(T) string
	current T
	ended   bool
}

func follow[T any](sequence iter.Seq2[T, error], key func(T) string) follower[T] {
	f := follower[T]{key: key}
	f.next, f.stop = iter.Pull2(sequence)
	return f
}

// at returns the element with the key, which must not be less than the last one asked for. After an
// error there are no more elements.
func (f *follower[T]) at(key string) (T, bool) {
	for !f.ended && f.key(f.current) < key {
		next, err, more := f.next()
		if err != nil {
			log.Printf("leave it to the jobs what else is done, from key %q on: %v", key, err)
		}
		f.current, f.ended = next, !more || err != nil
	}
	return f.current, !f.ended && f.key(f.current) == key
}
