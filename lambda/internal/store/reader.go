package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"batchjobwithlambda/batch/contract"
)

// maxBreaks is how often in a row a connection may break without a byte gained; each
// time has the SDK's own attempts on top.
const maxBreaks = 5

// Get opens the object for reading, which the caller has to close. A connection that
// breaks is taken up again where it broke, as long as the object is still the same.
// Every error of reading is an *[Error].
func (s Store) Get(ctx context.Context, address contract.Address) (io.ReadCloser, error) {
	return s.open(ctx, address, 0, "")
}

// GetRange is [Store.Get] of length bytes, which must be there, from offset on.
func (s Store) GetRange(ctx context.Context, address contract.Address, offset, length int64) (io.ReadCloser, error) {
	return s.open(ctx, address, offset, byteRange(offset, length))
}

func (s Store) open(ctx context.Context, address contract.Address, offset int64, bytes string) (io.ReadCloser, error) {
	input := &s3.GetObjectInput{Bucket: &address.Bucket, Key: &address.Key}
	if bytes != "" {
		input.Range = &bytes
	}
	answer, err := s.client.GetObject(ctx, input)
	if err != nil {
		return nil, s.failed(ctx, "get", address, err)
	}
	return &reader{
		ctx: ctx, store: s, address: address, etag: answer.ETag,
		body: answer.Body, next: offset, left: aws.ToInt64(answer.ContentLength),
	}, nil
}

type reader struct {
	ctx     context.Context // Of all requests: io.Reader has no room for one.
	store   Store
	address contract.Address
	etag    *string

	body       io.ReadCloser
	next, left int64 // The next byte to read, and how many there are from it on.
	breaks     int   // Since the last byte.
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.body.Read(p)
	r.next += int64(n)
	r.left -= int64(n)
	if n > 0 {
		r.breaks = 0
	}
	if err == nil || err == io.EOF && r.left == 0 {
		return n, err
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err := r.resume(err); err != nil {
		return n, &Error{"read", r.address, err}
	}
	return n, nil
}

// resume goes on after the connection broke with the given error.
func (r *reader) resume(broken error) error {
	r.body.Close()
	r.breaks++
	if r.left == 0 || r.breaks > maxBreaks {
		return broken
	}
	answer, err := r.store.client.GetObject(r.ctx, &s3.GetObjectInput{
		Bucket: &r.address.Bucket, Key: &r.address.Key, Range: aws.String(byteRange(r.next, r.left)), IfMatch: r.etag,
	})
	if err != nil {
		return errors.Join(broken, err)
	}
	r.body = answer.Body
	if got, want := aws.ToString(answer.ContentRange), fmt.Sprintf("bytes %d-", r.next); !strings.HasPrefix(got, want) {
		return fmt.Errorf("got range %q, asked for %q", got, want)
	}
	return nil
}

func (r *reader) Close() error { return r.body.Close() }

func byteRange(offset, length int64) string {
	return fmt.Sprintf("bytes=%d-%d", offset, offset+length-1)
}
