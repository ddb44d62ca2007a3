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
	return s.open(ctx, address, 0, 0)
}

// GetRange is [Store.Get] of length bytes, 1 or more, which must be there, from offset on.
func (s Store) GetRange(ctx context.Context, address contract.Address, offset, length int64) (io.ReadCloser, error) {
	return s.open(ctx, address, offset, length)
}

func (s Store) open(ctx context.Context, address contract.Address, offset, length int64) (io.ReadCloser, error) {
	answer, err := s.get(ctx, address, offset, length, nil)
	if err != nil {
		return nil, s.failed(ctx, "get", address, err)
	}
	return &reader{
		ctx: ctx, store: s, address: address, etag: answer.ETag,
		body: answer.Body, next: offset, left: *answer.ContentLength,
	}, nil
}

// get asks for an object, or the length bytes of it from offset on if length is not 0,
// and only as long as it has the ETag, if that is not nil.
func (s Store) get(
	ctx context.Context,
	address contract.Address,
	offset, length int64,
	etag *string,
) (*s3.GetObjectOutput, error) {
	request := &s3.GetObjectInput{Bucket: &address.Bucket, Key: &address.Key, IfMatch: etag}
	want := ""
	if length > 0 {
		last := offset + length - 1
		request.Range = aws.String(fmt.Sprintf("bytes=%d-%d", offset, last))
		want = fmt.Sprintf("bytes %d-%d/", offset, last)
	}
	answer, err := s.client.GetObject(ctx, request)
	if err != nil {
		return nil, err
	}
	got := aws.ToString(answer.ContentRange)
	if (got == "") != (want == "") || !strings.HasPrefix(got, want) ||
		answer.ContentLength == nil || length > 0 && *answer.ContentLength != length {
		answer.Body.Close()
		return nil, fmt.Errorf(
			"got %d bytes, range %q: asked for %q",
			aws.ToInt64(answer.ContentLength),
			got,
			aws.ToString(request.Range),
		)
	}
	return answer, nil
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
	answer, err := r.store.get(r.ctx, r.address, r.next, r.left, r.etag)
	if err != nil {
		return errors.Join(broken, err)
	}
	r.body = answer.Body
	return nil
}

func (r *reader) Close() error { return r.body.Close() }
