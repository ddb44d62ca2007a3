package inorder_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"batchjobwithlambda/lambda/internal/inorder"
)

func TestResultsComeInOrderThoughTheirWorkEndsInAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n, atOnce = 40, 8
		var running, most atomic.Int32
		begin := time.Now()
		var got []int
		for value, err := range inorder.Map(t.Context(), n, atOnce, func(_ context.Context, i int) (int, error) {
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			time.Sleep(time.Duration(i%atOnce+1) * time.Second)
			return i, nil
		}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, value)
		}
		if !slices.IsSorted(got) || len(got) != n {
			t.Errorf("got %v, want 0 to %d in order", got, n-1)
		}
		if most.Load() != atOnce {
			t.Errorf("%d ran at once, want %d", most.Load(), atOnce)
		}
		if took := time.Since(begin); took > n*time.Second {
			t.Errorf("took %s: nothing ran at once", took)
		}
	})
}

func TestTheFirstErrorInOrderEndsItAndCancelsTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := errors.New("first"), errors.New("second")
		var cancelled atomic.Int32
		var values int
		var last error
		for _, err := range inorder.Map(t.Context(), 100, 4, func(ctx context.Context, i int) (int, error) {
			switch i {
			case 0:
				return i, nil
			case 1:
				time.Sleep(time.Second)
				return 0, first
			case 2:
				return 0, second
			}
			<-ctx.Done()
			cancelled.Add(1)
			return 0, ctx.Err()
		}) {
			values++
			last = err
		}
		if values != 2 || !errors.Is(last, first) {
			t.Errorf("got %d values and %v, want 2 and the first error", values, last)
		}
		if cancelled.Load() != 2 {
			t.Errorf("%d were cancelled, want the 2 that had begun", cancelled.Load())
		}
	})
}

func TestAReaderThatHasEnoughEndsIt(t *testing.T) {
	var begun atomic.Int32
	for range inorder.Map(t.Context(), 1000, 2, func(_ context.Context, i int) (int, error) { begun.Add(1); return i, nil }) {
		break
	}
	if begun.Load() > 2 {
		t.Errorf("%d were begun, want 2 at most", begun.Load())
	}
}

func TestNothingToDoYieldsNothing(t *testing.T) {
	for range inorder.Map(t.Context(), 0, 8, func(context.Context, int) (int, error) { return 0, nil }) {
		t.Error("got a value")
	}
}
