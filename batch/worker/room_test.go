package main

import (
	"context"
	"errors"
	"testing"

	"batchjobwithlambda/batch/objects"
)

const mebibyte = 1 << 20

func TestTheWorkerTakesAnEighthOfTheMemoryAtMost(t *testing.T) {
	for _, test := range []struct{ jobMiB, most int64 }{{512, 64}, {1024, 128}, {2048, 256}, {16_384, 2048}} {
		m := memoryOf(int(test.jobMiB))
		if got := program + m.inputs + m.outputs; got > test.most*mebibyte {
			t.Errorf("job of %d MiB: got %d MiB, want at most %d", test.jobMiB, got/mebibyte, test.most)
		}
	}
}

func TestEachJobHasRoomForTheLargestObject(t *testing.T) {
	for _, jobMiB := range []int{1, 512, 1024, 2048, 122_880} {
		r := newRoom(memoryOf(jobMiB))
		if need := r.need(5 << 40); need > r.inputs {
			t.Errorf("job of %d MiB: got room for %d bytes of inputs, want %d for the largest", jobMiB, r.inputs, need)
		}
		if need := int64(r.parallel+1) * r.part; need > r.outputs {
			t.Errorf("job of %d MiB: got room for %d bytes of outputs, want %d for the largest", jobMiB, r.outputs, need)
		}
		if r.part < objects.LeastPart {
			t.Errorf("job of %d MiB: got parts of %d bytes, which S3 does not take", jobMiB, r.part)
		}
	}
}

func TestAnInputTakesItsSizeOrWhatIsFetchedAheadOfIt(t *testing.T) {
	r := newRoom(memoryOf(2048))
	for _, test := range []struct{ size, want int64 }{
		{0, 1},
		{4096, 4096},
		{r.whole, r.whole},
		{r.whole + 1, 4 * objects.PartMemory},
		{5 << 40, 4 * objects.PartMemory},
	} {
		if got := r.need(test.size); got != test.want {
			t.Errorf("object of %d bytes: got %d, want %d", test.size, got, test.want)
		}
	}
}

func TestWhoeverFindsNoRoomWaitsUntilThereIs(t *testing.T) {
	r := newRoom(memory{inputs: 2, whole: 1})
	var taken []*space
	for range 2 {
		space, err := r.take(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		taken = append(taken, space)
	}
	got := make(chan error)
	go func() {
		_, err := r.take(t.Context(), 1)
		got <- err
	}()
	select {
	case err := <-got:
		t.Fatalf("got room for three of two, and %v", err)
	default:
	}
	taken[0].release()
	if err := <-got; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("terminated")
	cancel(why)
	if _, err := r.take(ctx, 1); !errors.Is(err, why) {
		t.Errorf("got %v for a job that stops, want %v", err, why)
	}
}
