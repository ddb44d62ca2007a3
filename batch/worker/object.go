package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"batchjobwithlambda/batch/contract"
)

// maxChanges is how often an object may change while it is read before it is taken
// for one that is always being written.
const maxChanges = 3

// object makes the object's output, unless it was made before. Its error is none of
// the object's own: those are in the result.
func (w *worker) object(ctx context.Context, object contract.Object) (contract.Result, error) {
	result, err := w.output(ctx, object)
	if err != nil && ctx.Err() != nil { // Whatever else it looks like.
		return contract.Result{}, context.Cause(ctx)
	}
	if errors.Is(err, errGone) || errors.Is(err, errChanged) {
		err = &failure{reason: err.Error()}
	}
	if failed, ok := errors.AsType[*failure](err); ok {
		result, err = contract.Result{Status: contract.Failed, ExitCode: failed.exitCode, Reason: failed.reason}, nil
	}
	result.Key = object.Key
	return result, err
}

func (w *worker) output(ctx context.Context, object contract.Object) (contract.Result, error) {
	output, err := w.settings.OutputAddress(object.Key)
	if err != nil {
		return contract.Result{}, &failure{reason: err.Error()}
	}
	result, err := w.madeBefore(ctx, object, output)
	if err != nil || result.Status != "" {
		return result, err
	}
	for range maxChanges {
		result, err = w.make(ctx, object, output)
		if !errors.Is(err, errChanged) {
			break
		}
	}
	return result, err
}

// madeBefore is the result of an object whose output there is already, made of the
// same content by the same command. The result is empty if the output has to be made.
func (w *worker) madeBefore(
	ctx context.Context,
	object contract.Object,
	output contract.Address,
) (contract.Result, error) {
	if object.ETag == "" { // Then nobody knows what content is meant.
		return contract.Result{}, nil
	}
	exists, err := w.outputs.exists(ctx, output.Key)
	if err != nil || !exists {
		return contract.Result{}, err
	}
	metadata, size, err := w.store.metadata(ctx, output)
	switch {
	case errors.Is(err, errGone):
		return contract.Result{}, nil
	case err != nil:
		return contract.Result{}, err
	case metadata[contract.MetadataSourceETag] != object.ETag, metadata[contract.MetadataCommand] != w.command.String():
		return contract.Result{}, nil
	case metadata[contract.MetadataRun] == w.run.ID: // An earlier attempt of this job made it.
		return contract.Result{Status: contract.Done, BytesIn: object.Size, BytesOut: size}, nil
	}
	return contract.Result{Status: contract.Skipped}, nil
}

// make runs the command on the object as it is now, and makes its output.
func (w *worker) make(ctx context.Context, object contract.Object, output contract.Address) (contract.Result, error) {
	directory, err := os.MkdirTemp(w.settings.Scratch, "object-")
	if err != nil {
		return contract.Result{}, fmt.Errorf(
			"SCRATCH %q has to be a directory that may be written to: %w",
			w.settings.Scratch,
			err,
		)
	}
	defer os.RemoveAll(directory)
	address := contract.Address{Bucket: w.settings.Input.Bucket, Key: object.Key}
	input, err := w.store.open(ctx, address)
	if err != nil {
		return contract.Result{}, err
	}
	defer input.Close()
	if input.etag == object.ETag && input.size != object.Size { // The same content: then one of the answers is wrong.
		return contract.Result{}, trouble{
			fmt.Errorf("read %q: the answer has %d bytes, and was listed with %d", object.Key, input.size, object.Size),
		}
	}
	bytesOut, err := w.through(ctx, input, directory, output)
	return contract.Result{Status: contract.Done, BytesIn: input.size, BytesOut: bytesOut}, err
}

// through sends the input through the command, and returns the output's size.
func (w *worker) through(
	ctx context.Context,
	input *download,
	directory string,
	output contract.Address,
) (int64, error) {
	if w.command.Uses(contract.InFile) {
		if err := save(input, inFile(directory)); err != nil {
			return 0, err
		}
	}
	toFile := w.command.Uses(contract.OutFile)
	process, err := start(ctx, w.command, directory, input, !toFile)
	if err != nil {
		return 0, err
	}
	defer process.stop()
	metadata := map[string]string{
		contract.MetadataSourceETag: input.etag,
		contract.MetadataCommand:    w.command.String(),
		contract.MetadataRun:        w.run.ID,
	}
	if toFile {
		if err := process.wait(); err != nil {
			return 0, err
		}
		return w.uploadFile(ctx, outFile(directory), output, metadata)
	}
	size, err := w.store.upload(ctx, output, process, metadata, partSize(input.size))
	if process.err != nil { // Then that is why the upload failed.
		return 0, process.err
	}
	return size, err
}

// save writes the input to a file. An input too large for the directory is no trouble
// that another attempt would cure.
func save(input *download, path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, input)
	err = errors.Join(err, file.Close())
	if errors.Is(err, syscall.ENOSPC) {
		return &failure{
			reason: fmt.Sprintf("the object's %d bytes do not fit into the scratch directory: %v", input.size, syscall.ENOSPC),
		}
	}
	return err
}

func (w *worker) uploadFile(
	ctx context.Context,
	path string,
	output contract.Address,
	metadata map[string]string,
) (int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, &failure{reason: fmt.Sprintf("the command succeeded without making the file %s", contract.OutFile)}
	}
	defer file.Close()
	about, err := file.Stat()
	if err != nil || !about.Mode().IsRegular() {
		return 0, &failure{reason: fmt.Sprintf("the command made something else than a file of %s", contract.OutFile)}
	}
	return w.store.upload(ctx, output, file, metadata, smallestPart)
}
