package main

import (
	"context"
	"errors"
	"testing"
	"time"
)

// mayBegin is how many more objects may be under way now.
func mayBegin(t *testing.T, p *pace) int {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // Whoever has to wait gives up at once.
	n := 0
	for p.begin(ctx) == nil {
		n++
	}
	return n
}

func TestFewerObjectsAreUnderWayOnceS3AsksToSlowDown(t *testing.T) {
	p, now := newPace(), time.Unix(0, 0)
	p.now = func() time.Time { return now }
	p.throttled = now.Add(-time.Hour)
	p.slowDown()
	if got := mayBegin(t, p); got != maxUnderWay/2 {
		t.Errorf("got %d under way after S3 asked to slow down, want half of %d", got, maxUnderWay)
	}
}

func TestWhatIsAskedAtTheSameTimeCountsOnce(t *testing.T) {
	p, now := newPace(), time.Unix(0, 0)
	p.now = func() time.Time { return now }
	p.throttled = now.Add(-time.Hour)
	for range 10 {
		p.slowDown()
		now = now.Add(throttlePause / 20)
	}
	now = now.Add(throttlePause)
	p.slowDown()
	if got := mayBegin(t, p); got != maxUnderWay/4 {
		t.Errorf("got %d under way after two times, want a quarter of %d", got, maxUnderWay)
	}
}

func TestOneObjectIsUnderWayHoweverOftenS3AsksToSlowDown(t *testing.T) {
	p, now := newPace(), time.Unix(0, 0)
	p.now = func() time.Time { return now }
	for range 100 {
		now = now.Add(throttlePause)
		p.slowDown()
	}
	if got := mayBegin(t, p); got != 1 {
		t.Errorf("got %d under way, want 1", got)
	}
}

func TestMoreObjectsAreUnderWayAgainWhenS3TakesThem(t *testing.T) {
	p, now := newPace(), time.Unix(0, 0)
	p.now = func() time.Time { return now }
	for range 100 {
		now = now.Add(throttlePause)
		p.slowDown()
	}
	for range maxUnderWay * maxUnderWay {
		if err := p.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.end()
	}
	if got := mayBegin(t, p); got != maxUnderWay {
		t.Errorf("got %d under way, want %d again and no more", got, maxUnderWay)
	}
}

func TestWhoeverWaitsBeginsWhenAnotherHasEnded(t *testing.T) {
	p := newPace()
	mayBegin(t, p)
	begun := make(chan error)
	go func() { begun <- p.begin(t.Context()) }()
	p.end()
	if err := <-begun; err != nil {
		t.Error(err)
	}
}

func TestWhoeverWaitsIsToldWhyTheJobStops(t *testing.T) {
	p, why := newPace(), errors.New("terminated")
	mayBegin(t, p)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	if err := p.begin(ctx); !errors.Is(err, why) {
		t.Errorf("got %v, want %v", err, why)
	}
}

func TestWhatMayNotBeginAtOnceIsNotSentAtOnce(t *testing.T) {
	p := newPace()
	begun := 0
	for p.tryBegin() {
		begun++
	}
	if begun != maxUnderWay {
		t.Errorf("%d were begun, want %d", begun, maxUnderWay)
	}
	p.slowDown()
	p.end()
	if p.tryBegin() {
		t.Error("one more was begun than may be under way since S3 asked to slow down")
	}
}
