package main

import (
	"context"
	"errors"
	"io"
	"iter"
	"log"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/lambda/internal/inorder"
)

const (
	// madeAtOnce is of how many shards what they made is read at once, and madeAhead how many objects
	// a shard may have that is read before its turn: together some 40 MB.
	madeAtOnce = 16
	madeAhead  = 10_000
)

// keepMade adds what the run has made to the list of what earlier runs have made. An error is only
// logged, and the time that it may take is limited: with an old list, or none, it is the jobs that find
// out what is done. What a second round has made, the jobs of the next run find done.
func (c collector) keepMade(ctx context.Context, jobs *shards) {
	if end, limited := ctx.Deadline(); limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-releaseLimit))
		defer cancel()
	}
	if err := c.writeMade(ctx, jobs); err != nil {
		log.Printf("keep what the run has made: %v", err)
	}
}

// writeMade replaces the list. It takes memory for a few shards, however long the list is.
func (c collector) writeMade(ctx context.Context, jobs *shards) error {
	address := contract.MadeAddress(c.settings.Runs)
	earlier, err := c.earlierMade(ctx, address)
	if err != nil {
		return err
	}
	return c.s3.Write(ctx, address, nil, func(list io.Writer) error {
		var line []byte
		for made, err := range mergeMade(earlier, jobs.made(ctx, jobs.texts.Digests())) {
			if err != nil {
				return err
			}
			line = contract.AppendMade(line[:0], made)
			if _, err := list.Write(line); err != nil {
				return err
			}
		}
		return nil
	})
}

// earlierMade yields what earlier runs have made, as far as their list can be read.
func (c collector) earlierMade(
	ctx context.Context,
	address contract.Address,
) (iter.Seq2[contract.Made, error], error) {
	none := func(func(contract.Made, error) bool) {}
	file, err := c.s3.Get(ctx, address)
	if objects.KindOf(err) == objects.NotFound {
		return none, nil
	}
	if err != nil {
		return nil, err
	}
	return func(yield func(contract.Made, error) bool) {
		defer file.Close()
		for made, err := range contract.ReadMade(file) {
			if err != nil && objects.KindOf(err) == objects.None {
				log.Printf("forget the rest of %s: %v", address, err)
				return
			}
			if !yield(made, err) || err != nil {
				return
			}
		}
	}, nil
}

// mergeMade yields what both have, in the order of their keys, and of a key that both have the later.
func mergeMade(earlier, later iter.Seq2[contract.Made, error]) iter.Seq2[contract.Made, error] {
	return func(yield func(contract.Made, error) bool) {
		next, stop := iter.Pull2(earlier)
		defer stop()
		old, err, more := next()
		for made, laterErr := range later {
			if laterErr != nil {
				yield(made, laterErr)
				return
			}
			for ; more && (err != nil || old.Key < made.Key); old, err, more = next() {
				if !yield(old, err) || err != nil {
					return
				}
			}
			if more && old.Key == made.Key {
				old, err, more = next()
			}
			if !yield(made, nil) {
				return
			}
		}
		for ; more; old, err, more = next() {
			if !yield(old, err) || err != nil {
				return
			}
		}
	}
}

// made yields what the jobs have made, or found made, in the order of the manifest. A shard without
// a result is left out: what became of its objects, the next run finds out.
func (s *shards) made(ctx context.Context, digests contract.Digests) iter.Seq2[contract.Made, error] {
	ahead := func(reading context.Context, number int) (iter.Seq2[contract.Made, error], error) {
		if s.entries[number].Objects > madeAhead {
			return s.madeIn(ctx, number, digests), nil
		}
		var list []contract.Made
		for made, err := range s.madeIn(reading, number, digests) {
			if err != nil {
				return nil, err
			}
			list = append(list, made)
		}
		return func(yield func(contract.Made, error) bool) {
			for _, made := range list {
				if !yield(made, nil) {
					return
				}
			}
		}, nil
	}
	return func(yield func(contract.Made, error) bool) {
		for shard, err := range inorder.Map(ctx, len(s.entries), madeAtOnce, ahead) {
			if err != nil {
				yield(contract.Made{}, err)
				return
			}
			for made, err := range shard {
				if !yield(made, err) || err != nil {
					return
				}
			}
		}
	}
}

// madeIn yields what the job of the shard has made, or found made.
func (s *shards) madeIn(
	ctx context.Context,
	number int,
	digests contract.Digests,
) iter.Seq2[contract.Made, error] {
	return func(yield func(contract.Made, error) bool) {
		if !s.found[contract.ResultAddress(s.run.Results(), number).Key] {
			return
		}
		var effort contract.Effort
		for object, err := range s.matched(ctx, number, &effort) {
			if _, broken := errors.AsType[brokenResult](err); broken {
				return
			}
			if err == nil && (object.ETag == "" || object.result.OutputETag == "") {
				continue
			}
			made := contract.Made{Key: object.Key, ETag: object.ETag, Output: object.result.OutputETag}
			if err == nil {
				made.Command, err = digests.For(object.Object)
			}
			if !yield(made, err) || err != nil {
				return
			}
		}
	}
}
