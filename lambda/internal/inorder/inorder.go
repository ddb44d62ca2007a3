// Package inorder does many things at once and hands over what comes of them in order.
package inorder

import (
	"context"
	"iter"
	"sync"
)

// Map yields do(0), do(1), … do(n-1), of which as many run at once as atOnce says. It
// runs no further ahead of the reader than that, so it holds no more results than that
// in memory. It ends with the first error, in the order of the numbers; whatever is
// still running then sees its context cancelled, and has ended when Map has.
func Map[T any](
	ctx context.Context,
	n, atOnce int,
	do func(ctx context.Context, i int) (T, error),
) iter.Seq2[T, error] {
	type result struct {
		value T
		err   error
	}
	return func(yield func(T, error) bool) {
		var running sync.WaitGroup
		defer running.Wait()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()

		// A ring: the results of i and i+atOnce never wait at the same time.
		results := make([]chan result, min(atOnce, n))
		begun := 0
		for i := range n {
			for ; begun < min(i+atOnce, n); begun++ {
				waiting := make(chan result, 1)
				results[begun%len(results)] = waiting
				number := begun
				running.Go(func() {
					value, err := do(ctx, number)
					waiting <- result{value, err}
				})
			}
			next := <-results[i%len(results)]
			if !yield(next.value, next.err) || next.err != nil {
				return
			}
		}
	}
}
