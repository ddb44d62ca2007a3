package main

import (
	"context"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/worker/process"
)

// member is an object of a batch: of those that one process of the command works on.
type member struct {
	order
	number int // In the shard.
	// result has a status as soon as it is known what became of the object.
	result contract.Result
	// left says that something is wrong with the object, or was with another: what it is shows when
	// the command works on the object alone.
	left bool

	size       int64 // Of the input, as it was read.
	attributes objects.Attributes
}

// batches reports whether the command works on many objects at once.
func (w *worker) batches() bool { return w.template.Uses(contract.InFiles) }

// atMost is how many objects, or batches, are under way at once: of batches so many that the next
// are fetched while commands run.
func (w *worker) atMost() int {
	if w.batches() {
		return min(maxUnderWay, 2*w.settings.Concurrency)
	}
	return maxUnderWay
}

// groups cuts the objects that may be worked on at once into those of one process each: as many as
// the settings allow, but so few that as many processes run as may.
func (w *worker) groups(s *shard) [][]int {
	most, bytes := 1, int64(0)
	if w.batches() {
		each := (len(s.many) + w.settings.Concurrency - 1) / w.settings.Concurrency
		most = max(1, min(w.settings.Batch.Objects, each))
	}
	groups := make([][]int, 0, len(s.many)/most+1)
	begin := 0
	for n, i := range s.many {
		size := s.objects[i].Size
		if n > begin && (n-begin == most || bytes+size > w.settings.Batch.Bytes) {
			groups = append(groups, s.many[begin:n])
			begin, bytes = n, 0
		}
		bytes += size
	}
	return append(groups, s.many[begin:])
}

// workOnGroup works on the objects with the numbers.
func (w *worker) workOnGroup(ctx context.Context, s *shard, numbers []int) error {
	if len(numbers) > 1 {
		return w.workOnBatch(ctx, s, numbers)
	}
	for _, i := range numbers {
		if err := w.workOnOne(ctx, s, i); err != nil {
			return err
		}
	}
	return nil
}

func (w *worker) workOnOne(ctx context.Context, s *shard, number int) error {
	result, err := w.workOn(ctx, s.objects[number], func(ctx context.Context) error {
		return w.journal.begin(ctx, number)
	})
	if err == nil {
		w.record(s, number, result)
	}
	return w.putAside(ctx, s, number, err)
}

// workOnBatch works on the objects with the numbers at once, and then on each one alone of which
// it is not known by then what became.
func (w *worker) workOnBatch(ctx context.Context, s *shard, numbers []int) error {
	members := make([]*member, 0, len(numbers))
	for _, i := range numbers {
		members = append(members, &member{number: i, order: order{object: s.objects[i]}})
	}
	w.alone.RLock()
	err := w.makeBatch(ctx, members)
	w.alone.RUnlock()
	if err != nil {
		return err
	}
	var alone []int
	for _, m := range members {
		if m.result.Status == "" {
			alone = append(alone, m.number)
			continue
		}
		m.result.Key = m.object.Key
		w.record(s, m.number, m.result)
	}
	for _, i := range alone {
		if err := w.workOnOne(ctx, s, i); err != nil {
			return err
		}
	}
	return nil
}

// makeBatch makes the outputs of the members that have none that is up to date. What is wrong with
// a member leaves it without a result; the error is any other.
func (w *worker) makeBatch(ctx context.Context, members []*member) error {
	if err := w.each(ctx, members, func(ctx context.Context, _ int, m *member) (err error) {
		m.order, m.result, err = w.examine(ctx, m.object)
		return err
	}); err != nil {
		return err
	}
	var todo []*member
	var inputs []process.Object
	for _, m := range members {
		if m.result.Status == "" && !m.left {
			todo, inputs = append(todo, m), append(inputs, w.named(m.object))
		}
	}
	if len(todo) == 0 {
		return nil
	}
	if err := w.reference.fetch(ctx); err != nil {
		return err
	}
	if err := w.journal.begin(ctx, todo[len(todo)-1].number); err != nil {
		return err
	}
	folder, err := w.runner.NewFolder(inputs...)
	if err != nil {
		return unlessOfObjects(err)
	}
	defer w.remove(folder)
	return w.runBatch(ctx, folder, todo)
}

// runBatch runs the command on those of the members that can be fetched.
func (w *worker) runBatch(ctx context.Context, folder *process.Folder, todo []*member) error {
	if err := w.each(ctx, todo, func(ctx context.Context, i int, m *member) error {
		return w.fetchMember(ctx, m, folder.Inputs[i])
	}); err != nil {
		return err
	}
	var fetched []*member
	var keep []int
	for i, m := range todo {
		if !m.left {
			fetched, keep = append(fetched, m), append(keep, i)
		}
	}
	if len(fetched) == 0 {
		return nil
	}
	folder.Keep(keep)
	command, err := folder.Start(ctx, nil)
	if err != nil {
		return unlessOfObjects(err)
	}
	defer command.Stop()
	usage, err := command.Wait()
	if err != nil {
		return unlessOfObjects(err)
	}
	return w.each(ctx, fetched, func(ctx context.Context, i int, m *member) error {
		sent, err := w.sendOutputOf(ctx, command, i, m.output, m.attributes)
		if err != nil {
			return err
		}
		m.result = contract.Result{
			Status:       contract.Done,
			BytesIn:      m.size,
			BytesOut:     sent.Size,
			OutputETag:   outputETag(m.order, m.attributes.Metadata, sent.ETag),
			Milliseconds: usage.Elapsed.Milliseconds() / int64(len(fetched)),
			PeakBytes:    usage.PeakMemory,
		}
		return nil
	})
}

// fetchMember writes the object to the file.
func (w *worker) fetchMember(ctx context.Context, m *member, path string) error {
	space, err := w.room.take(ctx, m.object.Size)
	if err != nil {
		return err
	}
	defer space.release()
	input, err := w.fetch(ctx, m.object)
	if err != nil {
		return err
	}
	defer input.Close()
	m.size = input.size
	if m.attributes, err = w.attributes(input, m.order); err != nil {
		return err
	}
	return w.save(input, path)
}

// each calls do for each of the members, for some of them at once. If the error that it returns may
// be that of objects, or of S3 at this object alone, the member is left.
func (w *worker) each(
	ctx context.Context,
	members []*member,
	do func(ctx context.Context, i int, m *member) error,
) error {
	return w.atOnce(ctx, len(members), func(ctx context.Context, i int) error {
		err := do(ctx, i, members[i])
		members[i].left = err != nil
		switch {
		case err == nil:
			w.aside.worked()
		case ctx.Err() == nil && isOfS3(err) && w.aside.failedAt(members[i].number):
			return nil
		}
		return unlessOfObjects(err)
	})
}

// unlessOfObjects returns the error, unless an object may be to blame, or what several objects need
// at once.
func unlessOfObjects(err error) error {
	if failureOf(err) != nil || mayBeOthers(err) {
		return nil
	}
	return err
}
