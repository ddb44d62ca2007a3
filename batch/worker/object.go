package main

import (
	"context"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// maxChanges is how often an object may change while it is read before it is taken
// for one that is always being written.
const maxChanges = 3

// workOn brings the object's output up to date, and returns what became of the object.
// An error is never the object's own: those are in the result. It calls begin before it does
// anything that the job could die of.
func (w *worker) workOn(
	ctx context.Context,
	object contract.Object,
	begin func(context.Context) error,
) (contract.Result, error) {
	w.alone.RLock()
	result, err := w.update(ctx, object, begin)
	w.alone.RUnlock()
	if mayBeOthers(err) && ctx.Err() == nil {
		w.alone.Lock()
		result, err = w.update(ctx, object, begin)
		w.alone.Unlock()
	}
	if err != nil && ctx.Err() != nil { // Whatever else it looks like.
		return contract.Result{}, context.Cause(ctx)
	}
	if failed := failureOf(err); failed != nil {
		result.Status, result.BytesIn, result.BytesOut, result.OutputETag = contract.Failed, 0, 0, ""
		result.ExitCode, result.Kind, result.Reason = failed.exitCode, failed.kind, failed.reason
		err = nil
	}
	result.Key = object.Key
	return result, err
}

// update makes the output, unless it is up to date.
func (w *worker) update(
	ctx context.Context,
	object contract.Object,
	begin func(context.Context) error,
) (contract.Result, error) {
	o, result, err := w.examine(ctx, object)
	if err != nil || result.Status != "" {
		return result, err
	}
	if err := w.reference.fetch(ctx); err != nil {
		return contract.Result{}, err
	}
	if err := begin(ctx); err != nil {
		return contract.Result{}, err
	}
	for range maxChanges {
		result, err = w.makeOutput(ctx, o)
		if objects.KindOf(err) != objects.Changed {
			break
		}
		now, nowErr := w.now(ctx, o.object)
		if nowErr != nil {
			return contract.Result{}, nowErr
		}
		o.object = now
	}
	return result, err
}

// now is the object with the size and the ETag that it has now. By its size it is seen whether all of it
// was read, and known how much memory that takes.
func (w *worker) now(ctx context.Context, object contract.Object) (contract.Object, error) {
	now, _, err := w.s3.Head(ctx, contract.Address{Bucket: w.settings.Input.Bucket, Key: object.Key})
	object.Size, object.ETag = now.Size, now.ETag
	return object, err
}

// examine returns the result of an object whose output is up to date, or what has to be made.
func (w *worker) examine(ctx context.Context, object contract.Object) (order, contract.Result, error) {
	output, err := w.target.Address(object.Key)
	if err != nil {
		return order{}, contract.Result{}, outputFailure(err)
	}
	o := order{object: object, output: output}
	if o.command, err = w.texts.For(object); err != nil {
		return order{}, contract.Result{}, outputFailure(err)
	}
	if o.replaces, err = w.exists(ctx, object, output); err != nil {
		return o, contract.Result{}, err
	}
	if o.replaces {
		if result, err := w.upToDate(ctx, o); err != nil || result.Status != "" {
			return o, result, err
		}
	}
	return o, contract.Result{}, w.checkFolder(ctx, object)
}

// exists reports whether there may be an output of the object that is up to date, or a list of
// outputs that is not and has to be replaced.
func (w *worker) exists(ctx context.Context, object contract.Object, output contract.Address) (bool, error) {
	if object.ETag == "" && !w.target.InFolders { // Then nobody knows what content is meant.
		return false, nil
	}
	return w.outputs.exists(ctx, output.Key)
}

// upToDate is the result of an object whose output is there already, made of the same
// content by the same command. The result is empty if the output has to be made.
func (w *worker) upToDate(
	ctx context.Context,
	o order,
) (contract.Result, error) {
	made, metadata, err := w.s3.Head(ctx, o.output)
	switch {
	case objects.KindOf(err) == objects.NotFound:
		return contract.Result{}, nil
	case err != nil:
		return contract.Result{}, err
	}
	object, err := w.present(ctx, o.object)
	if err != nil {
		return contract.Result{}, err
	}
	eTag, err := w.sourceETag(ctx, o.object, object.ETag)
	if err != nil {
		return contract.Result{}, err
	}
	if !contract.UpToDate(metadata, eTag, o.command, w.reference.digest) {
		return contract.Result{}, nil
	}
	result := contract.Result{Status: contract.Skipped}
	if metadata[contract.MetadataRun] == w.run.ID { // An earlier attempt of this job made it.
		result = contract.Result{
			Status:   contract.Done,
			BytesIn:  object.Size,
			BytesOut: w.target.Bytes(made.Size, metadata),
		}
	}
	result.OutputETag = outputETag(o, metadata, made.ETag)
	return result, nil
}

// present is the object as it is now, if the manifest has it as an earlier run listed it. The
// object has no ETag if S3 does not give it: the command's input has to be read then, which shows
// what became of it.
func (w *worker) present(ctx context.Context, object contract.Object) (contract.Object, error) {
	if !object.HasFailedBefore() {
		return object, nil
	}
	now, err := w.now(ctx, object)
	switch objects.KindOf(err) {
	case objects.NotFound, objects.Refused, objects.Archived:
		return contract.Object{Key: object.Key}, nil
	}
	return now, err
}
