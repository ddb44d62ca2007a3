package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// maxChanges is how often an object may change while it is read before it is taken
// for one that is always being written.
const maxChanges = 3

// workOn brings the object's output up to date, and returns what became of the object.
// An error is never the object's own: those are in the result.
func (w *worker) workOn(ctx context.Context, object contract.Object) (contract.Result, error) {
	result, err := w.update(ctx, object)
	if err != nil && ctx.Err() != nil { // Whatever else it looks like.
		return contract.Result{}, context.Cause(ctx)
	}
	if failed := failureOf(err); failed != nil {
		result = contract.Result{Status: contract.Failed, ExitCode: failed.exitCode, Reason: failed.reason}
		err = nil
	}
	result.Key = object.Key
	return result, err
}

// update makes the output, unless it is up to date.
func (w *worker) update(ctx context.Context, object contract.Object) (contract.Result, error) {
	output, err := w.settings.OutputAddress(object.Key)
	if err != nil {
		return contract.Result{}, &failure{reason: err.Error()}
	}
	result, err := w.upToDate(ctx, object, output)
	if err != nil || result.Status != "" {
		return result, err
	}
	for range maxChanges {
		result, err = w.makeOutput(ctx, object, output)
		if objects.KindOf(err) != objects.Changed {
			break
		}
	}
	return result, err
}

// upToDate is the result of an object whose output is there already, made of the same
// content by the same command. The result is empty if the output has to be made.
func (w *worker) upToDate(
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
	made, metadata, err := w.s3.Head(ctx, output)
	switch {
	case objects.KindOf(err) == objects.NotFound:
		return contract.Result{}, nil
	case err != nil:
		return contract.Result{}, err
	case metadata[contract.MetadataSourceETag] != object.ETag, metadata[contract.MetadataCommand] != w.command.String():
		return contract.Result{}, nil
	case metadata[contract.MetadataRun] == w.run.ID: // An earlier attempt of this job made it.
		return contract.Result{Status: contract.Done, BytesIn: object.Size, BytesOut: made.Size}, nil
	}
	return contract.Result{Status: contract.Skipped}, nil
}

// makeOutput runs the command on the object as it is now, and makes its output.
func (w *worker) makeOutput(
	ctx context.Context,
	object contract.Object,
	output contract.Address,
) (contract.Result, error) {
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
	input, err := w.s3.Get(ctx, address)
	if err != nil {
		return contract.Result{}, err
	}
	defer input.Close()
	if input.ETag == object.ETag && input.Size != object.Size { // The same content: then one of the answers is wrong.
		return contract.Result{}, &objects.Error{Doing: "get", Address: address, Kind: objects.Retryable, Err: fmt.Errorf(
			"got %d bytes, want %d, with which it was listed", input.Size, object.Size)}
	}
	bytesOut, err := w.runCommand(ctx, input, directory, output)
	return contract.Result{Status: contract.Done, BytesIn: input.Size, BytesOut: bytesOut}, err
}

// runCommand runs the command on the input, uploads its output, and returns the output's size.
func (w *worker) runCommand(
	ctx context.Context,
	input *objects.Reader,
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
		contract.MetadataSourceETag: input.ETag,
		contract.MetadataCommand:    w.command.String(),
		contract.MetadataRun:        w.run.ID,
	}
	if toFile {
		if err := process.wait(); err != nil {
			return 0, err
		}
		return w.uploadFile(ctx, outFile(directory), output, metadata)
	}
	size, err := w.upload(ctx, output, process, metadata)
	if process.err != nil { // Then that is why the upload failed.
		return 0, process.err
	}
	return size, err
}

// save writes the input to a file. An input too large for the directory will not fit at
// another attempt either, so the object has failed.
func save(input *objects.Reader, path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, input)
	err = errors.Join(err, file.Close())
	if errors.Is(err, syscall.ENOSPC) {
		return &failure{
			reason: fmt.Sprintf("the object's %d bytes do not fit into the scratch directory: %v", input.Size, syscall.ENOSPC),
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
	return w.upload(ctx, output, file, metadata)
}

// upload writes the output. An error that is not S3's is the content's, or there is no
// room for the parts of the output.
func (w *worker) upload(
	ctx context.Context,
	output contract.Address,
	content io.Reader,
	metadata map[string]string,
) (int64, error) {
	size, err := w.s3.Upload(ctx, output, content, metadata)
	if err != nil && objects.KindOf(err) == objects.None {
		err = &failure{reason: err.Error()}
	}
	return size, err
}
