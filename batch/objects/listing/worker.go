package listing

import (
	"context"

	"batchjobwithlambda/batch/contract"
)

// worker is what all workers have: it keeps nothing between two calls.
type worker struct {
	*work
	list   Lister
	wanted func(contract.Listed) bool
	file   *spool
}

// run lists the span, if it is given one, and then parts of others until all are listed.
func (w *worker) run(ctx context.Context, s *span) {
	if s == nil {
		s = w.steal(ctx)
	}
	for ; s != nil; s = w.steal(ctx) {
		if err := w.finish(ctx, s); err != nil {
			w.fail(err)
		}
	}
}

// finish lists the span to its end.
func (w *worker) finish(ctx context.Context, s *span) error {
	for more := true; more; {
		page, truncated, err := w.list(ctx, s.reached, pageKeys)
		if err != nil {
			return err
		}
		page, more = w.claim(s, page, truncated)
		block, err := w.file.write(only(page, w.wanted))
		if err != nil {
			return err
		}
		if err := w.add(s, block, more); err != nil {
			return err
		}
	}
	return nil
}

// steal returns a new span with the end of another, or nil if all are listed.
func (w *worker) steal(ctx context.Context) *span {
	for {
		s := w.longest()
		if s == nil {
			return nil
		}
		// A search that fails costs time, but no object: the span stays as it is.
		at, _ := w.cut(ctx, s)
		if half := w.split(s, at); half != nil {
			return half
		}
	}
}
