// Package lock keeps the runs of a pipeline apart. Its lock is an object that one of several
// planners can write, and that ends by itself: with its run's report, or when its run's execution
// can only have ended.
package lock

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// attempts is how often the lock is tried for that others take at the same moment.
const attempts = 5

// Take takes the lock of a pipeline for a run, or returns the lock of another run that may still
// go on. It takes a lock again that the same execution has already.
func Take(ctx context.Context, s3 *objects.Client, runs contract.Location, own contract.Lock) (*contract.Lock, error) {
	for range attempts {
		held, etag, err := read(ctx, s3, runs)
		if err != nil || held == own {
			return nil, err
		}
		goesOn, err := goesOn(ctx, s3, runs, held)
		if err != nil {
			return nil, err
		}
		if goesOn {
			return &held, nil
		}
		err = write(ctx, s3, runs, etag, own)
		if objects.KindOf(err) != objects.Changed {
			return nil, err
		}
	}
	return nil, fmt.Errorf("the lock %s changed again and again", contract.LockAddress(runs))
}

// Release ends the lock of the run with the name. It does nothing if another run has it.
func Release(ctx context.Context, s3 *objects.Client, runs contract.Location, run string) error {
	held, etag, err := read(ctx, s3, runs)
	if err != nil || held.Run != run || held.Until.IsZero() {
		return err
	}
	held.Until = time.Time{}
	err = write(ctx, s3, runs, etag, held)
	if objects.KindOf(err) == objects.Changed {
		return nil // Only a run that found it ended can have taken it.
	}
	return err
}

// read returns the lock and its ETag. It returns the zero value if there is none, or one that
// nobody can read.
func read(ctx context.Context, s3 *objects.Client, runs contract.Location) (contract.Lock, string, error) {
	address := contract.LockAddress(runs)
	// Not by an error of the reading: somebody may make it between that and a second look.
	if exists, err := s3.Exists(ctx, address); err != nil || !exists {
		return contract.Lock{}, "", err
	}
	file, err := s3.Get(ctx, address)
	if err != nil {
		return contract.Lock{}, "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 1<<10))
	if err != nil {
		return contract.Lock{}, "", err
	}
	var held contract.Lock
	if json.Unmarshal(text, &held) != nil {
		held = contract.Lock{}
	}
	return held, file.ETag, nil
}

// goesOn reports whether the run that holds the lock may still be going on.
func goesOn(ctx context.Context, s3 *objects.Client, runs contract.Location, held contract.Lock) (bool, error) {
	run, err := contract.NewRun(runs, held.Run)
	if err != nil || !time.Now().Before(held.Until) {
		return false, nil //nolint:nilerr // No run has such a name.
	}
	reported, err := s3.Exists(ctx, run.Report())
	return !reported, err
}

// write writes the lock in place of the one with the ETag.
func write(ctx context.Context, s3 *objects.Client, runs contract.Location, etag string, own contract.Lock) error {
	text, err := json.Marshal(own)
	if err != nil {
		return fmt.Errorf("encode the lock: %w", err)
	}
	return s3.Replace(ctx, contract.LockAddress(runs), etag, text)
}
