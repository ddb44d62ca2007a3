package main

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"batchjobwithlambda/batch/contract"
)

// notebook keeps the segments that a journal writes.
type notebook struct {
	mu       sync.Mutex
	segments []contract.Segment
	took     time.Duration // How long S3 takes to write one.
	refuse   error
}

func (n *notebook) put(ctx context.Context, _ contract.Address, file []byte) error {
	select {
	case <-time.After(n.took):
	case <-ctx.Done():
		return ctx.Err()
	}
	if n.refuse != nil {
		return n.refuse
	}
	segment, err := contract.ReadSegment(bytes.NewReader(file))
	n.mu.Lock()
	defer n.mu.Unlock()
	n.segments = append(n.segments, segment)
	return err
}

func (n *notebook) journal(objects int) *journal {
	return newJournal(n.put, contract.Location{Bucket: "b", Prefix: "results/"}, 0, 1, objects)
}

// keeping keeps the journal while it works.
func keeping(t *testing.T, j *journal, work func(context.Context)) error {
	over := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	kept := make(chan error, 1)
	go func() {
		err := j.keep(ctx, over)
		cancel()
		kept <- err
	}()
	work(ctx)
	close(over)
	return <-kept
}

func TestNoObjectBeginsBeforeASegmentAdmitsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &notebook{took: 40 * time.Millisecond}
		j := n.journal(1000)
		err := keeping(t, j, func(ctx context.Context) {
			for i := range 1000 {
				if err := j.begin(ctx, i); err != nil {
					t.Fatal(err)
				}
				n.mu.Lock()
				if last := n.segments[len(n.segments)-1]; i >= last.Admitted {
					t.Errorf("object %d begins, and only %d are admitted", i, last.Admitted)
				}
				n.mu.Unlock()
				time.Sleep(4 * time.Millisecond)
				j.add(contract.Result{Key: strconv.Itoa(i), Status: contract.Done})
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(j.started); took > 4*time.Second+100*time.Millisecond {
			t.Errorf("took %s, of which the work is 4 s: objects waited for segments", took)
		}
		if got := len(n.segments); got > 16 {
			t.Errorf("got %d segments for 1,000 objects, want one for many", got)
		}
	})
}

func TestAShardThatFitsIntoTheFirstSegmentHasNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &notebook{}
		j := n.journal(admittedAhead)
		if err := keeping(t, j, func(ctx context.Context) {
			for i := range admittedAhead {
				_ = j.begin(ctx, i)
				j.add(contract.Result{Key: strconv.Itoa(i), Status: contract.Done})
				synctest.Wait()
			}
		}); err != nil || len(n.segments) != 1 {
			t.Errorf("got %d segments and %v, want 1", len(n.segments), err)
		}
	})
}

func TestWhatIsKnownIsWrittenWithinHalfAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &notebook{}
		j := n.journal(3)
		if err := keeping(t, j, func(ctx context.Context) {
			_ = j.begin(ctx, 0)
			j.add(contract.Result{Key: "a", Status: contract.Done})
			time.Sleep(10 * time.Minute)
		}); err != nil {
			t.Fatal(err)
		}
		if len(n.segments) != 2 || len(n.segments[1].Results) != 1 || n.segments[1].Milliseconds != 30_000 {
			t.Errorf("got %+v, want one after half a minute, and none without news", n.segments)
		}
	})
}

func TestAResultThatCouldNotBeWrittenIsInTheNextSegment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &notebook{refuse: errors.New("busy")}
		j := n.journal(3)
		j.add(contract.Result{Key: "a", Status: contract.Done})
		if err := j.alone(t.Context(), "b"); !errors.Is(err, n.refuse) {
			t.Errorf("got %v, want S3's error", err)
		}
		n.refuse = nil
		if err := j.end(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := n.segments[0]; !got.Ended || len(got.Results) != 1 {
			t.Errorf("got %+v, want the end, with the result", got)
		}
	})
}

func TestASegmentThatCannotBeWrittenEndsTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &notebook{refuse: errors.New("busy")}
		j := n.journal(3)
		err := keeping(t, j, func(ctx context.Context) {
			if err := j.begin(ctx, 0); err == nil {
				t.Error("an object begins though nobody was told")
			}
		})
		if !errors.Is(err, n.refuse) {
			t.Errorf("got %v, want S3's error", err)
		}
	})
}

func TestAStoppedJobSaysWhatItKnowsWithinItsGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &notebook{took: time.Hour}
		j := n.journal(3)
		j.add(contract.Result{Key: "a", Status: contract.Done})
		ctx, stop := context.WithCancel(t.Context())
		stop()
		began := time.Now()
		if err := j.end(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 15*time.Second {
			t.Errorf("got %v after %s, want that it gives up in time", err, time.Since(began))
		}
		n.took = time.Second
		if err := j.end(ctx); err != nil || len(n.segments) != 1 {
			t.Errorf("got %v and %+v, want the segment in spite of the stop", err, n.segments)
		}
	})
}

func TestAJobThatHasDoneNothingLeavesNoSegment(t *testing.T) {
	n := &notebook{}
	if err := n.journal(3).end(t.Context()); err != nil || len(n.segments) != 0 {
		t.Errorf("got %v and %+v, want nothing", err, n.segments)
	}
}

func TestEveryAttemptHasSegmentsOfItsOwn(t *testing.T) {
	var addresses []string
	put := func(_ context.Context, address contract.Address, _ []byte) error {
		addresses = append(addresses, address.Key)
		return nil
	}
	results := contract.Location{Bucket: "b", Prefix: "results/"}
	for range 2 { // Of the same number: AWS Batch may start a copy of an attempt.
		j := newJournal(put, results, 7, 2, 1)
		_ = j.alone(t.Context(), "a")
		_ = j.alone(t.Context(), "b")
	}
	slices.Sort(addresses)
	if len(slices.Compact(addresses)) != 4 {
		t.Errorf("got %q, want four different keys", addresses)
	}
	for _, key := range addresses {
		if name, err := contract.ParseSegmentName(results, key); err != nil || name.Shard != 7 || name.Attempt != 2 {
			t.Errorf("got %q, %v, want a segment of shard 7 and attempt 2", key, err)
		}
	}
}
