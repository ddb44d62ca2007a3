package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// sizeUnknown is the size of an object that has changed since it was listed.
const sizeUnknown = -1

// input is the content of an object.
type input struct {
	io.Reader
	close func() error
	// etag is the object's, and size how many bytes it has.
	etag string
	size int64
	// metadata and language are the object's.
	metadata map[string]string
	language string
}

// Close ends the reading. It may be called several times, and while another goroutine is in
// Read.
func (i *input) Close() error { return i.close() }

// fetch opens the object. A small one is in memory then, so that a command that has to wait
// for its turn does not have to wait for S3 as well.
func (w *worker) fetch(ctx context.Context, object contract.Object) (*input, error) {
	address := contract.Address{Bucket: w.settings.Input.Bucket, Key: object.Key}
	if object.Size > objects.PartMemory {
		ahead, err := w.s3.GetAhead(ctx, address, object.Size)
		if err != nil {
			return nil, err
		}
		return &input{
			Reader:   ahead,
			close:    ahead.Close,
			etag:     ahead.ETag,
			size:     ahead.Size,
			metadata: ahead.Metadata,
			language: ahead.ContentLanguage,
		}, nil
	}
	reader, err := w.s3.Get(ctx, address)
	if err != nil {
		return nil, err
	}
	if reader.ETag == object.ETag && reader.Size != object.Size && object.Size != sizeUnknown {
		// The same content: then one of the answers is wrong.
		_ = reader.Close()
		return nil, &objects.Error{Doing: "get", Address: address, Kind: objects.Retryable, Err: fmt.Errorf(
			"got %d bytes, want %d, with which it was listed", reader.Size, object.Size)}
	}
	opened := &input{
		Reader:   reader,
		close:    reader.Close,
		etag:     reader.ETag,
		size:     reader.Size,
		metadata: reader.Metadata,
		language: reader.ContentLanguage,
	}
	if reader.Size > objects.PartMemory {
		return opened, nil
	}
	defer reader.Close()
	var content bytes.Buffer
	content.Grow(int(reader.Size) + bytes.MinRead) // Room for what ReadFrom asks for at the end.
	// To its end: only there the SDK compares the checksum.
	if _, err := content.ReadFrom(reader); err != nil {
		return nil, err
	}
	opened.Reader, opened.close = &content, func() error { return nil }
	return opened, nil
}

// save writes the input to the file.
func (w *worker) save(input *input, path string) error {
	if err := w.checkSpace(input.size); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, input)
	return errors.Join(err, file.Close())
}
