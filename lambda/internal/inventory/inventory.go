package inventory

import (
	"context"
	"fmt"
	"io"
	"iter"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/lambda/internal/sorting"
)

// maxManifestBytes bounds the memory of a manifest: a hundred thousand files take less.
const maxManifestBytes = 32 << 20

// Opener opens an object with a report's files for reading.
type Opener func(ctx context.Context, key string) (io.ReadCloser, error)

// Error says which file of a report cannot be used, and why.
type Error struct {
	File string
	// Line is the line in the file that was read last; 0 if it is about the whole file.
	Line int
	Err  error
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("%s, line %d: %v", e.File, e.Line, e.Err)
}

// Unwrap returns what was wrong with the file.
func (e *Error) Unwrap() error { return e.Err }

// All yields the objects that the report with the given manifest has of the bucket, as
// far as they are wanted, in the order of their keys, none twice. Its memory does not
// grow with their number. It ends with an error, if there is one, which is an [*Error]
// if it is about the report.
func All(
	ctx context.Context,
	open Opener,
	manifestKey, bucket string,
	wanted func(contract.Listed) bool,
) iter.Seq2[contract.Object, error] {
	return func(yield func(contract.Object, error) bool) {
		sorted, err := newSorter(sorting.BufferBytes)
		if err != nil {
			yield(contract.Object{}, err)
			return
		}
		defer sorted.close()
		for object, err := range unsorted(ctx, open, manifestKey, bucket) {
			if err == nil && wanted(object) {
				err = sorted.add(object.Object)
			}
			if err != nil {
				yield(contract.Object{}, err)
				return
			}
		}
		previous := ""
		for object, err := range sorted.all() {
			if err == nil && object.Key == previous {
				err = &Error{File: manifestKey, Err: fmt.Errorf("the report has key %q twice", object.Key)}
			}
			if !yield(object, err) || err != nil {
				return
			}
			previous = object.Key
		}
	}
}

// unsorted yields the objects of all files of the report.
func unsorted(ctx context.Context, open Opener, manifestKey, bucket string) iter.Seq2[contract.Listed, error] {
	return func(yield func(contract.Listed, error) bool) {
		report, err := readManifest(ctx, open, manifestKey, bucket)
		if err != nil {
			yield(contract.Listed{}, &Error{File: manifestKey, Err: err})
			return
		}
		for _, file := range report.Files {
			for object, err := range file.objects(ctx, open, report.columns) {
				if !yield(object, err) || err != nil {
					return
				}
			}
		}
	}
}

func readManifest(ctx context.Context, open Opener, key, bucket string) (manifest, error) {
	body, err := open(ctx, key)
	if err != nil {
		return manifest{}, err
	}
	defer body.Close()
	text, err := io.ReadAll(io.LimitReader(body, maxManifestBytes+1))
	if err != nil {
		return manifest{}, err
	}
	if len(text) > maxManifestBytes {
		return manifest{}, fmt.Errorf("it has more than %d bytes", maxManifestBytes)
	}
	return parseManifest(text, bucket)
}
