package main

import (
	"bytes"
	"context"
	"errors"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/worker/process"
)

// filesAtOnce is how many files of one object may be sent at once: a thousand small ones in some
// three seconds. It is a quarter of what may be under way, so that the next objects do not wait.
const filesAtOnce = maxUnderWay / 4

// sendFiles writes the files in {outdir} and, when all are there, the list of them. It returns how
// many bytes they have together, and the ETag of the list.
func (w *worker) sendFiles(
	ctx context.Context,
	command *process.Process,
	o order,
	attributes objects.Attributes,
) (objects.Uploaded, error) {
	if _, err := command.Wait(); err != nil {
		return objects.Uploaded{}, err
	}
	files, err := command.Outputs()
	if err != nil {
		return objects.Uploaded{}, err
	}
	list := contract.OutputList{
		Object: o.object.Key,
		ETag:   attributes.Metadata[contract.MetadataSourceETag],
		Run:    w.run.ID,
	}
	// The list is for whoever reads it at once: in S3's default class, whatever that of the outputs is.
	listed := objects.Attributes{Tags: attributes.Tags}
	if o.replaces { // What is replaced next may be what the list there names.
		if _, err := w.upload(ctx, o.output, bytes.NewReader(list.Encode()), listed); err != nil {
			return objects.Uploaded{}, err
		}
	}
	if list.Outputs, err = w.sendEach(ctx, o.object.Key, files, attributes); err != nil {
		return objects.Uploaded{}, err
	}
	list.Complete = true
	text := list.Encode()
	listed.Metadata = list.Metadata(o.command, w.reference.digest)
	sent, err := w.upload(ctx, o.output, bytes.NewReader(text), listed)
	return objects.Uploaded{Size: list.Bytes(), ETag: sent.ETag}, err
}

// sendEach writes the files that were made of the object with the key, unless S3 cannot have one
// of them. It returns them as S3 has them, in their order.
func (w *worker) sendEach(
	ctx context.Context,
	key string,
	files []process.Output,
	attributes objects.Attributes,
) ([]contract.ListedOutput, error) {
	outputs := make([]contract.ListedOutput, len(files))
	for i, file := range files {
		address, err := w.target.File(key, file.Name)
		if err != nil {
			return nil, outputFailure(err)
		}
		outputs[i].Key = address.Key
	}
	return outputs, w.atOnce(ctx, len(files), func(ctx context.Context, i int) error {
		file, err := files[i].Open()
		if err != nil {
			return err
		}
		defer file.Close()
		address := contract.Address{Bucket: w.target.Output.Bucket, Key: outputs[i].Key}
		sent, err := w.upload(ctx, address, file, attributes)
		outputs[i].Size = sent.Size
		return err
	})
}

// atOnce sends so many files of an object: one after the other, and as many at once as there
// might be other objects under way.
func (w *worker) atOnce(ctx context.Context, files int, send func(ctx context.Context, i int) error) error {
	group, sending := errgroup.WithContext(ctx)
	var next atomic.Int64
	sendOthers := func() error {
		for sending.Err() == nil {
			i := int(next.Add(1)) - 1
			if i >= files {
				return nil
			}
			if err := send(sending, i); err != nil {
				return err
			}
		}
		return context.Cause(sending)
	}
	group.Go(sendOthers)
	for range min(files, filesAtOnce) - 1 {
		if !w.pace.tryBegin() {
			break
		}
		group.Go(func() error {
			defer w.pace.end()
			return sendOthers()
		})
	}
	return group.Wait()
}

// outputFailure is the failure of an object whose output has no place in S3.
func outputFailure(err error) *failure {
	kind := contract.FailedOutput
	if _, tooLong := errors.AsType[contract.KeyTooLongError](err); tooLong {
		kind = contract.FailedTooLarge
	}
	return &failure{kind: kind, reason: err.Error()}
}
