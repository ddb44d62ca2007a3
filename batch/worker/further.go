package main

import (
	"context"
	"fmt"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/worker/process"
)

// furtherError says which further input an error is about.
type furtherError struct {
	placeholder, key string
	err              error
}

func (e *furtherError) Error() string { return fmt.Sprintf("%s, %q: %v", e.placeholder, e.key, e.err) }

func (e *furtherError) Unwrap() error { return e.err }

// furtherKeys are the keys of the object's further inputs, by their placeholders.
func (j job) furtherKeys(object contract.Object) map[string]string {
	if len(j.template.FurtherInputs()) == 0 {
		return nil
	}
	keys := map[string]string{}
	values := object.Columns.Values()
	for _, placeholder := range j.template.FurtherInputs() {
		keys[placeholder] = values[contract.FurtherColumn(placeholder)]
	}
	return keys
}

// fetchFurther writes the object's further inputs to their files. It returns what they are, and how
// many bytes they have together.
func (w *worker) fetchFurther(
	ctx context.Context,
	folder *process.Folder,
	object contract.Object,
) ([]contract.FurtherInput, int64, error) {
	var further []contract.FurtherInput
	var sum int64
	keys := w.furtherKeys(object)
	for _, placeholder := range w.template.FurtherInputs() {
		input := contract.FurtherInput{Key: keys[placeholder]}
		size, eTag, err := w.fetchTo(ctx, input.Key, folder.Further[placeholder])
		if err != nil {
			return nil, 0, &furtherError{placeholder, input.Key, err}
		}
		input.ETag = eTag
		further, sum = append(further, input), sum+size
	}
	return further, sum, nil
}

// fetchTo writes the object with the key to the file. Its memory is given back before that of
// another input is asked for.
func (w *worker) fetchTo(ctx context.Context, key, path string) (size int64, eTag string, err error) {
	object, err := w.now(ctx, contract.Object{Key: key})
	if err != nil {
		return 0, "", err
	}
	space, err := w.room.take(ctx, object.Size)
	if err != nil {
		return 0, "", err
	}
	defer space.release()
	input, err := w.fetch(ctx, object)
	if err != nil {
		return 0, "", err
	}
	defer input.Close()
	return input.size, input.ETag, w.save(input, path)
}

// sourceETag stands for the content of the object, which has the ETag, and of its further inputs as
// they are now. It is empty if that is not known: fetching them shows what became of them.
func (w *worker) sourceETag(ctx context.Context, object contract.Object, eTag string) (string, error) {
	var further []contract.FurtherInput
	keys := w.furtherKeys(object)
	for _, placeholder := range w.template.FurtherInputs() {
		key := keys[placeholder]
		now, err := w.now(ctx, contract.Object{Key: key})
		switch objects.KindOf(err) {
		case objects.NotFound, objects.Refused, objects.Archived:
			return "", nil
		}
		if err != nil {
			return "", err
		}
		further = append(further, contract.FurtherInput{Key: key, ETag: now.ETag})
	}
	return contract.SourceETag(eTag, further), nil
}
