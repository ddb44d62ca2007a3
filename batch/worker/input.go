package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/scratch"
)

// input is the content of an object.
type input struct {
	// ReadCloser is an *os.File if it is in memory as a whole. It may be closed several times,
	// and while another goroutine is in Read.
	io.ReadCloser
	objects.Header
	// size is how many bytes the object has.
	size int64
}

// fetch opens the object. One that is not large is in memory then, so that a command that has to
// wait for its turn does not have to wait for S3 as well.
func (w *worker) fetch(ctx context.Context, object contract.Object) (*input, error) {
	address := contract.Address{Bucket: w.settings.Input.Bucket, Key: object.Key}
	switch {
	case object.Size > w.room.whole:
		ahead, err := w.s3.GetAhead(ctx, address, object.Size)
		if err != nil {
			return nil, err
		}
		return &input{ahead, ahead.Header, ahead.Size}, nil
	case object.Size > w.room.part:
		return w.inMemory(func(file *os.File) (objects.Header, error) {
			return w.s3.Save(ctx, address, object.Size, file)
		}, object.Size)
	}
	reader, err := w.s3.Get(ctx, address)
	if err != nil {
		return nil, err
	}
	if reader.ETag == object.ETag && reader.Size != object.Size {
		// The same content: then one of the answers is wrong.
		_ = reader.Close()
		return nil, &objects.Error{Doing: "get", Address: address, Kind: objects.Retryable, Err: fmt.Errorf(
			"got %d bytes, want %d, with which it was listed", reader.Size, object.Size)}
	}
	if reader.Size > w.room.part {
		return &input{reader, reader.Header, reader.Size}, nil
	}
	return w.inMemory(func(file *os.File) (objects.Header, error) {
		return reader.Header, reader.SaveAt(file, 0)
	}, reader.Size)
}

// inMemory is an input of the size that was saved to a file in memory. The command reads that
// itself, while one that came by a pipe would have to wait for the worker again and again.
func (w *worker) inMemory(save func(*os.File) (objects.Header, error), size int64) (*input, error) {
	file, err := scratch.InMemory(w.settings.Scratch)
	if err != nil {
		return nil, err
	}
	header, err := save(file)
	if err == nil {
		err = scratch.Seal(file)
	}
	if err == nil {
		err = setTime(file, header.Modified)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return &input{file, header, size}, nil
}

// setTime has the file be as old as its object: gzip writes the time of its input into its
// output, which would be another with each attempt. A time of which gzip warns is left as it is.
func setTime(file *os.File, modified time.Time) error {
	if modified.Unix() <= 0 {
		return nil
	}
	when := unix.NsecToTimeval(modified.UnixNano())
	return os.NewSyscallError("futimes", unix.Futimes(int(file.Fd()), []unix.Timeval{when, when}))
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
