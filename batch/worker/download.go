package main

import (
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"

	"batchjobwithlambda/batch/contract"
)

// maxBreaks is how often in a row a connection may break without having brought a
// single byte; each new one has the SDK's own retries on top.
const maxBreaks = 5

// download reads an object, or a range of it. A connection that breaks is taken up
// again at the byte where it broke, as long as the object is still the same.
type download struct {
	// etag is that of the object that is read, and size how many bytes there are to read.
	etag string
	size int64
	// err is why reading failed, if it did: closing is no failure.
	err error

	ctx     context.Context // Of all requests: io.Reader has no room for one.
	cancel  context.CancelFunc
	store   *store
	address contract.Address
	first   int64 // Where in the object the bytes begin.
	read    int64
	body    io.ReadCloser
	breaks  int // Since the last byte.
}

// open begins to read an object, which has to be closed in the end.
func (s *store) open(ctx context.Context, address contract.Address) (*download, error) {
	return s.openRange(ctx, address, 0, 0)
}

// openRange begins to read the bytes of an object from first on: length of them, or
// all if that is 0. There may be fewer, if the object ends before.
func (s *store) openRange(
	ctx context.Context,
	address contract.Address,
	first, length int64,
) (*download, error) {
	ctx, cancel := context.WithCancel(ctx)
	answer, err := s.get(ctx, address, first, length, "")
	if err != nil {
		cancel()
		return nil, err
	}
	return &download{
		etag: unquote(answer.ETag), size: aws.ToInt64(answer.ContentLength),
		ctx: ctx, cancel: cancel, store: s, address: address, first: first, body: answer.Body,
	}, nil
}

// Close ends the reading; it may be called while another goroutine is in Read.
func (d *download) Close() { d.cancel() }

// Read returns trouble, errGone or errChanged if the bytes cannot be had.
func (d *download) Read(p []byte) (int, error) {
	n, err := d.body.Read(p)
	d.read += int64(n)
	if n > 0 {
		d.breaks = 0
	}
	if err == nil || err == io.EOF && d.read == d.size {
		return n, err
	}
	err = d.resume(err)
	if d.ctx.Err() == nil {
		d.err = err
	}
	return n, err
}

// resume goes on reading after the connection broke with the given error.
func (d *download) resume(broken error) error {
	d.body.Close()
	d.breaks++
	if d.breaks > maxBreaks || d.read == d.size { // All bytes and yet an error: their checksum is wrong.
		return trouble{fmt.Errorf("read %s: after %d of %d bytes: %w", d.address, d.read, d.size, broken)}
	}
	answer, err := d.store.get(d.ctx, d.address, d.first+d.read, d.size-d.read, `"`+d.etag+`"`)
	if err != nil {
		return err
	}
	d.body = answer.Body
	return nil
}
