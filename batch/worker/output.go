package main

import (
	"context"
	"fmt"
	"io"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/worker/process"
)

// order is what has to be made.
type order struct {
	object contract.Object
	// command is what is run, as the metadata of the output has it.
	command string
	// output is where what says that the output is complete belongs.
	output contract.Address
	// further are the further inputs that were fetched.
	further []contract.FurtherInput
	// replaces says that there is something already.
	replaces bool
}

// makeOutput runs the command on the object as it is now, and writes its output.
func (w *worker) makeOutput(ctx context.Context, o order) (contract.Result, error) {
	folder, err := w.runner.NewFolder(w.named(o.object))
	if err != nil {
		return contract.Result{}, err
	}
	defer w.remove(folder)
	further, bytes, err := w.fetchFurther(ctx, folder, o.object)
	if err != nil {
		return contract.Result{}, err
	}
	o.further = further
	space, err := w.room.take(ctx, o.object.Size)
	if err != nil {
		return contract.Result{}, err
	}
	defer space.release()
	input, err := w.fetch(ctx, o.object)
	if err != nil {
		return contract.Result{}, err
	}
	defer input.Close()
	result, err := w.runCommand(ctx, folder, input, o)
	result.BytesIn += bytes
	return result, err
}

// named is what the command is told of the object.
func (w *worker) named(object contract.Object) process.Object {
	path, _ := w.settings.Input.Name(object.Key)
	further := w.furtherKeys(object)
	for placeholder, key := range further {
		further[placeholder], _ = w.settings.Input.Name(key)
	}
	return process.Object{Key: object.Key, Path: path, Further: further, Values: valuesOf(object)}
}

// remove removes the folder. What stays takes room, which has to be known to whoever
// wonders where it went.
func (w *worker) remove(folder *process.Folder) {
	if err := folder.Remove(); err != nil {
		w.progress.log.Warn("folder not removed", "error", err.Error())
	}
}

// runCommand runs the command on the input, and writes what it makes of it.
func (w *worker) runCommand(
	ctx context.Context,
	folder *process.Folder,
	input *input,
	o order,
) (contract.Result, error) {
	attributes, err := w.attributes(input, o)
	if err != nil {
		return contract.Result{}, err
	}
	stdin := input.ReadCloser
	if len(folder.Inputs) > 0 {
		if err := w.save(input, folder.Inputs[0]); err != nil {
			return contract.Result{}, err
		}
		stdin = nil
	}
	command, err := folder.Start(ctx, stdin)
	if err != nil {
		return contract.Result{}, err
	}
	defer command.Stop()
	sent, sendErr := w.send(ctx, command, o, attributes)
	if sendErr != nil {
		command.Stop()
	}
	usage, err := command.Wait()
	result := contract.Result{
		Status:       contract.Done,
		BytesIn:      input.size,
		BytesOut:     sent.Size,
		OutputETag:   outputETag(o, attributes.Metadata, sent.ETag),
		Milliseconds: usage.Elapsed.Milliseconds(),
		PeakBytes:    usage.PeakMemory,
	}
	if err == nil || err == process.ErrStopped { // Then it is sending that failed.
		err = sendErr
	}
	return result, err
}

// outputETag is the ETag of an output with the metadata, if it was made of nothing but the content that
// the manifest means: a planner knows neither files beside the objects nor further inputs.
func outputETag(o order, metadata map[string]string, eTag string) string {
	if !contract.UpToDate(metadata, o.object.ETag, o.command, "") {
		return ""
	}
	return eTag
}

// send writes the output of the command.
func (w *worker) send(
	ctx context.Context,
	command *process.Process,
	o order,
	attributes objects.Attributes,
) (objects.Uploaded, error) {
	if w.target.InFolders {
		return w.sendFiles(ctx, command, o, attributes)
	}
	return w.sendOne(ctx, command, o.output, attributes)
}

// sendOne writes the only output of the command.
func (w *worker) sendOne(
	ctx context.Context,
	command *process.Process,
	output contract.Address,
	attributes objects.Attributes,
) (objects.Uploaded, error) {
	if !w.template.Uses(contract.OutFile) && !w.batches() {
		return w.upload(ctx, output, command, attributes)
	}
	if _, err := command.Wait(); err != nil {
		return objects.Uploaded{}, err
	}
	if w.batches() {
		return w.sendOutputOf(ctx, command, 0, output, attributes)
	}
	file, err := command.Output()
	if err != nil {
		return objects.Uploaded{}, err
	}
	defer file.Close()
	return w.upload(ctx, output, file, attributes)
}

// sendOutputOf writes what a command that works on many objects made of the input with the number.
func (w *worker) sendOutputOf(
	ctx context.Context,
	command *process.Process,
	input int,
	output contract.Address,
	attributes objects.Attributes,
) (objects.Uploaded, error) {
	file, err := command.OutputOf(input)
	if err != nil {
		return objects.Uploaded{}, err
	}
	defer file.Close()
	return w.upload(ctx, output, file, attributes)
}

// upload writes the output. An error that is not S3's is the content's, or there is no
// room for the parts of the output.
func (w *worker) upload(
	ctx context.Context,
	output contract.Address,
	content io.Reader,
	attributes objects.Attributes,
) (objects.Uploaded, error) {
	sent, err := w.s3.Upload(ctx, output, content, attributes)
	if err != nil && objects.KindOf(err) == objects.None && failureOf(err) == nil {
		err = &failure{kind: contract.FailedOutput, reason: fmt.Sprintf("read the output: %v", err)}
	}
	return sent, err
}
