package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/lambda/internal/inventory"
)

// inventoried yields the objects of the report, with the ETags that they had when S3 made
// it: an output of that very object need not be made again.
//
// A report may cover the whole bucket, with the outputs and the files of runs, so wanted is asked
// of each object.
func (p planner) inventoried(
	ctx context.Context,
	manifest contract.Address,
	wanted func(contract.Listed) bool,
) iter.Seq2[contract.Object, error] {
	open := func(ctx context.Context, key string) (io.ReadCloser, error) {
		return p.s3.Get(ctx, contract.Address{Bucket: manifest.Bucket, Key: key})
	}
	refused := func(want string) error {
		return &contract.InvalidInput{Field: "inventory", Value: strconv.Quote(manifest.String()), Want: want}
	}
	return func(yield func(contract.Object, error) bool) {
		for object, err := range inventory.All(ctx, open, manifest.Key, p.settings.Input.Bucket, wanted) {
			unusable, ok := errors.AsType[*inventory.Error](err)
			switch kind := objects.KindOf(err); {
			case ok && kind == objects.NotFound:
				err = refused(fmt.Sprintf("a report whose files are all still there (%s is gone)", unusable.File))
			case ok && kind == objects.None:
				err = refused(fmt.Sprintf("a report that can be read (%v)", err))
			}
			if !yield(object, err) || err != nil {
				return
			}
		}
	}
}
