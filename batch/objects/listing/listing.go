package listing

import (
	"context"
	"errors"
	"iter"
	"sync"

	"batchjobwithlambda/batch/contract"
)

// pageKeys is how many keys an answer has at most ("ListObjectsV2", Amazon S3 API Reference).
const pageKeys = 1000

// Lister returns the first objects, as many as most says, of those whose keys are
// greater by bytes than after, in the order of their keys, and whether there are more.
// If there are more, it returns at least one.
type Lister func(ctx context.Context, after string, most int) (objects []contract.Listed, more bool, err error)

// All yields the wanted ones of the objects that list has, in the order of their keys,
// which all begin with the prefix, and makes as many lists at once as atOnce says. An
// object that is there all the while is yielded once. What is listed before its turn
// waits in a temporary file, so the memory does not grow with the number of objects. It
// ends with an error, if there is one. Wanted is called several times at once.
func All(
	ctx context.Context,
	prefix string,
	atOnce int,
	list Lister,
	wanted func(contract.Listed) bool,
) iter.Seq2[contract.Object, error] {
	return func(yield func(contract.Object, error) bool) {
		page, more, err := list(ctx, "", pageKeys)
		if err != nil {
			yield(contract.Object{}, err)
			return
		}
		for _, object := range only(page, wanted) {
			if !yield(object, nil) {
				return
			}
		}
		if more { // Most prefixes end here, with one call and no file.
			all := &worker{
				work:   newWork(prefix, &span{reached: page[len(page)-1].Key, pages: 1}),
				list:   list,
				wanted: wanted,
			}
			all.yieldRest(ctx, atOnce, yield)
		}
	}
}

// only returns those of the objects that are wanted.
func only(page []contract.Listed, wanted func(contract.Listed) bool) []contract.Object {
	objects := make([]contract.Object, 0, len(page))
	for _, listed := range page {
		if wanted(listed) {
			objects = append(objects, listed.Object)
		}
	}
	return objects
}

var errStopped = errors.New("the listing was stopped")

// yieldRest yields the objects behind the first page.
func (w *worker) yieldRest(ctx context.Context, atOnce int, yield func(contract.Object, error) bool) {
	file, err := newSpool()
	if err != nil {
		yield(contract.Object{}, err)
		return
	}
	defer file.close()
	w.file = file
	var workers sync.WaitGroup
	defer workers.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	rest := w.busy[0]
	defer w.fail(errStopped)
	workers.Go(func() { w.run(ctx, rest) })
	for range atOnce - 1 {
		workers.Go(func() { w.run(ctx, nil) })
	}
	for s := rest; s != nil; s = w.after(s) {
		for i := 0; ; i++ {
			block, ok, err := w.block(s, i)
			if err != nil {
				yield(contract.Object{}, err)
				return
			}
			if !ok {
				break
			}
			for object, err := range file.read(block) {
				if !yield(object, err) || err != nil {
					return
				}
			}
		}
	}
}
