package main

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"batchjobwithlambda/batch/contract"
)

const (
	// admittedAhead is how many objects are admitted beyond those that have begun: twice as
	// many as may be under way, so that the next are admitted before anybody has to wait.
	admittedAhead = 2 * maxUnderWay
	// journalPause is how long what is known may stay unwritten.
	journalPause = 30 * time.Second
	// stopPause bounds the writing after a stop: AWS Batch kills a job 30 s after it asked it to
	// stop, and what was under way has to be aborted before. A job that ends by itself has
	// more time, so that it is not taken for one that died when S3 is busy.
	stopPause = 10 * time.Second
	endPause  = 2 * time.Minute
)

// journal is what the job leaves in S3 while it works, as segments: which objects it may have
// begun, before it begins them, and what became of which, soon after. So no death of the job
// costs more than what was under way.
type journal struct {
	put     func(context.Context, contract.Address, []byte) error
	results contract.Location
	objects int // The shard's.
	started time.Time

	// writing is held while a segment is written. It guards name, which is the next segment's.
	writing sync.Mutex
	name    contract.SegmentName

	mu sync.Mutex
	// begun is up to which object the job wants to have begun, and admitted up to which it may.
	begun, admitted int
	// unwritten are results that no segment has yet.
	unwritten []contract.Result
	changed   chan struct{} // Closed when more are admitted.
	behind    chan struct{} // Has something when more should be admitted.
}

// newJournal is that of an attempt at a shard with so many objects.
func newJournal(
	put func(context.Context, contract.Address, []byte) error,
	results contract.Location,
	shard, attempt, objects int,
) *journal {
	return &journal{
		put:     put,
		results: results,
		objects: objects,
		started: time.Now(),
		name:    contract.SegmentName{Shard: shard, Attempt: attempt, Writer: rand.Text()},
		changed: make(chan struct{}),
		behind:  make(chan struct{}, 1),
	}
}

// begin waits until the job may begin with the object that has the number.
func (j *journal) begin(ctx context.Context, number int) error {
	for {
		j.mu.Lock()
		j.begun = max(j.begun, number+1)
		if j.isBehind() {
			select {
			case j.behind <- struct{}{}:
			default: // It is known already.
			}
		}
		admitted, changed := number < j.admitted, j.changed
		j.mu.Unlock()
		if admitted {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// add takes note of what became of an object.
func (j *journal) add(result contract.Result) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.unwritten = append(j.unwritten, result)
}

// keep writes segments until the work is over: as soon as more objects should be admitted, and
// now and then if anything is known that was not before.
func (j *journal) keep(ctx context.Context, over <-chan struct{}) error {
	tick := time.NewTicker(journalPause)
	defer tick.Stop()
	for {
		select {
		case <-over:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-j.behind:
			if !j.admitsMore() { // It was said before the last segment was there.
				continue
			}
		case <-tick.C:
			if !j.hasNews() {
				continue
			}
		}
		if err := j.write(ctx, contract.Segment{Admitted: j.next()}); err != nil {
			return err
		}
	}
}

// isBehind reports whether more objects should be admitted.
func (j *journal) isBehind() bool {
	return j.begun > j.admitted-admittedAhead/2 && j.admitted < j.objects
}

func (j *journal) admitsMore() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.isBehind()
}

func (j *journal) hasNews() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.unwritten) > 0
}

// next is up to which object the next segment admits.
func (j *journal) next() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return max(j.admitted, min(j.objects, j.begun+admittedAhead))
}

// alone says that the job is about to work on the object and on no other.
func (j *journal) alone(ctx context.Context, key string) error {
	return j.write(ctx, contract.Segment{Alone: key})
}

// end says that the job has not died. It says nothing if there is nothing to say.
func (j *journal) end(ctx context.Context) error {
	if j.name.Number == 0 && !j.hasNews() {
		return nil
	}
	pause := endPause
	if ctx.Err() != nil {
		pause = stopPause
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pause)
	defer cancel()
	return j.write(ctx, contract.Segment{Admitted: j.admitted, Ended: true})
}

// write writes a segment, with all that is known and not written yet.
func (j *journal) write(ctx context.Context, segment contract.Segment) error {
	j.writing.Lock()
	defer j.writing.Unlock()
	j.mu.Lock()
	segment.Results = j.unwritten
	j.mu.Unlock()
	segment.Milliseconds = time.Since(j.started).Milliseconds()
	address := j.name.Address(j.results)
	j.name.Number++ // Even if it fails: S3 may have written it all the same.
	if err := j.put(ctx, address, contract.AppendSegment(nil, segment)); err != nil {
		return &jobError{err}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.unwritten = j.unwritten[len(segment.Results):]
	j.admitted = max(j.admitted, segment.Admitted)
	close(j.changed)
	j.changed = make(chan struct{})
	return nil
}
