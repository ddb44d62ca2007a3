package main

import (
	"context"
	"errors"
	"testing"

	"batchjobwithlambda/batch/objects"
)

// fit is how many objects of the size have room at once.
func fit(t *testing.T, r *room, input int64) int {
	t.Helper()
	need := r.need(input)
	n := 0
	for n < 10_000 && r.free.TryAcquire(need) {
		n++
	}
	r.free.Release(int64(n) * need)
	return n
}

func TestObjectsOnTheirWayTakeAnEighthOfTheMemory(t *testing.T) {
	const memory = 4096
	r := newRoom(memory, parallelFor(memory))
	each := int64(objects.PartMemory + firstOutput)
	if got, want := fit(t, r, objects.PartMemory), int(memory<<20/shareOfMemory/each); got != want {
		t.Errorf("got room for %d objects of a part each, want %d", got, want)
	}
}

func TestTheSmallestJobHasRoomForTheLargestObject(t *testing.T) {
	r := newRoom(512, parallelFor(512))
	for range 100 {
		r.learn(5 << 40)
	}
	if got := fit(t, r, 5<<40); got != 1 {
		t.Errorf("got room for %d objects, want 1", got)
	}
}

func TestWhoeverFindsNoRoomWaitsUntilThereIs(t *testing.T) {
	r := newRoom(512, parallelFor(512))
	var taken []*space
	for range fit(t, r, objects.PartMemory) {
		space, err := r.take(t.Context(), objects.PartMemory)
		if err != nil {
			t.Fatal(err)
		}
		taken = append(taken, space)
	}
	got := make(chan error)
	go func() {
		_, err := r.take(t.Context(), objects.PartMemory)
		got <- err
	}()
	taken[0].release()
	if err := <-got; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("terminated")
	cancel(why)
	if _, err := r.take(ctx, objects.PartMemory); !errors.Is(err, why) {
		t.Errorf("got %v for a job that stops, want %v", err, why)
	}
}

func TestOutputsAreExpectedToBeAsLargeAsThoseOfLate(t *testing.T) {
	r := newRoom(2048, 4)
	first := fit(t, r, 0)
	for range 100 {
		r.learn(100 << 10)
	}
	small := fit(t, r, 0)
	if small < 10*first {
		t.Errorf("got room for %d objects with small outputs, want many more than the first %d", small, first)
	}
	r.learn(10 << 20)
	if got := fit(t, r, 0); got >= first {
		t.Errorf("got room for %d objects right after a large output, want fewer than the first %d", got, first)
	}
}

func TestAnObjectOfUnknownSizeTakesAPart(t *testing.T) {
	r := newRoom(2048, 4)
	if got, want := fit(t, r, sizeUnknown), fit(t, r, objects.PartMemory); got != want {
		t.Errorf("got room for %d objects, want %d as for those of a part", got, want)
	}
}
