package main

import (
	"context"
	"sync"
	"time"
)

const (
	// maxUnderWay is how many objects may be under way at once. At 4 KiB an object waits
	// some 70 ms for S3: 64 of them keep a vCPU busy with commands of a millisecond, and more
	// gain nothing.
	maxUnderWay = 64
	// throttlePause is how long nothing more is given up after S3 asked to slow down: the
	// requests that were under way with that one say the same.
	throttlePause = time.Second
)

// pace is how many objects are under way at once: fewer as soon as S3 asks to slow down, and
// one more for each time that as many have succeeded as may be under way.
type pace struct {
	now func() time.Time

	mu        sync.Mutex
	limit     float64
	underWay  int
	throttled time.Time
	changed   chan struct{} // Closed when one more may begin.
}

func newPace() *pace {
	return &pace{now: time.Now, limit: maxUnderWay, changed: make(chan struct{})}
}

// begin waits until one more object may be under way.
func (p *pace) begin(ctx context.Context) error {
	for {
		p.mu.Lock()
		if p.underWay < int(p.limit) {
			p.underWay++
			p.mu.Unlock()
			return nil
		}
		changed := p.changed
		p.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// tryBegin is begin without waiting: it reports whether one more may be under way.
func (p *pace) tryBegin() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.underWay >= int(p.limit) {
		return false
	}
	p.underWay++
	return true
}

// end says that an object is no longer under way.
func (p *pace) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.underWay--
	p.limit = min(maxUnderWay, p.limit+1/p.limit)
	close(p.changed)
	p.changed = make(chan struct{})
}

// slowDown halves how many may be under way.
func (p *pace) slowDown() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.now(); now.Sub(p.throttled) >= throttlePause {
		p.throttled = now
		p.limit = max(1, p.limit/2)
	}
}
