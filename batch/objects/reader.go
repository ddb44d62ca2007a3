package objects

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"batchjobwithlambda/batch/contract"
)

// maxBreaks is how often in a row a connection may break without having brought a
// single byte; each new one has the SDK's own attempts on top.
const maxBreaks = 5

// Header is what S3 says of an object beside its content.
type Header struct {
	ETag            string // Without its quotes.
	Metadata        map[string]string
	ContentLanguage string
	Modified        time.Time
}

// Reader reads an object, or a range of it. A connection that breaks is taken up again
// at the byte where it broke, as long as the object is still the same.
type Reader struct {
	Header
	// Size is how many bytes there are to read.
	Size int64

	client  *Client
	address contract.Address
	ctx     context.Context // Of all requests: io.Reader has no room for one.
	cancel  context.CancelCauseFunc
	body    io.ReadCloser
	first   int64 // Where in the object the bytes begin.
	whole   int64 // How many bytes the object has.
	read    int64
	breaks  int // Since the last byte.
}

// Get opens the object for reading. The caller has to close the reader.
func (c *Client) Get(ctx context.Context, address contract.Address) (*Reader, error) {
	return c.openRange(ctx, address, 0, 0, "")
}

// GetRange opens length bytes of the object, 1 or more, for reading, from first on. The
// error is [OutOfRange] if the object ends before. The caller has to close the reader.
func (c *Client) GetRange(ctx context.Context, address contract.Address, first, length int64) (*Reader, error) {
	return c.openRange(ctx, address, first, length, "")
}

// openRange opens the range, or the whole object if the length is 0, as long as the object
// has the ETag, if that is not empty.
func (c *Client) openRange(
	ctx context.Context,
	address contract.Address,
	first, length int64,
	etag string,
) (*Reader, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	answer, err := c.get(ctx, address, first, length, etag)
	if err != nil {
		cancel(nil)
		return nil, err
	}
	return &Reader{
		Header: Header{
			ETag:            unquote(answer.ETag),
			Metadata:        answer.Metadata,
			ContentLanguage: aws.ToString(answer.ContentLanguage),
			Modified:        aws.ToTime(answer.LastModified),
		},
		Size:    *answer.ContentLength,
		client:  c,
		address: address,
		ctx:     ctx,
		cancel:  cancel,
		body:    answer.Body,
		first:   first,
		whole:   wholeSize(answer),
	}, nil
}

// Close ends the reading. It may be called while another goroutine is in Read, which
// then returns fs.ErrClosed.
func (r *Reader) Close() error {
	r.cancel(fs.ErrClosed)
	return nil
}

// Read returns an [*Error] if the bytes cannot be had.
func (r *Reader) Read(p []byte) (int, error) {
	n, err := r.body.Read(p)
	r.read += int64(n)
	if n > 0 {
		r.breaks = 0
	}
	if err == nil || err == io.EOF && r.read == r.Size {
		return n, err
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err = r.resume(err); err != nil && r.ctx.Err() != nil {
		err = context.Cause(r.ctx)
	}
	return n, err
}

// resume goes on reading after the connection broke with the given error.
func (r *Reader) resume(broken error) error {
	r.body.Close()
	r.breaks++
	// With all bytes there, it is their checksum that is wrong. Without an ETag, nobody
	// could say whether the rest is that of the same object.
	if r.breaks > maxBreaks || r.read == r.Size || r.ETag == "" {
		return newError("get", r.address, fmt.Errorf("after %d of %d bytes: %w", r.read, r.Size, broken))
	}
	answer, err := r.client.get(r.ctx, r.address, r.first+r.read, r.Size-r.read, r.ETag)
	if err != nil {
		return err
	}
	r.body = answer.Body
	return nil
}

// get asks for an object, or the length bytes of it from first on if length is not 0,
// and only as long as it has the ETag, if that is not empty.
func (c *Client) get(
	ctx context.Context,
	address contract.Address,
	first, length int64,
	etag string,
) (*s3.GetObjectOutput, error) {
	request := &s3.GetObjectInput{Bucket: &address.Bucket, Key: &address.Key}
	if length > 0 {
		request.Range = aws.String(fmt.Sprintf("bytes=%d-%d", first, first+length-1))
	}
	if etag != "" {
		request.IfMatch = aws.String(`"` + etag + `"`)
	}
	answer, err := c.s3.GetObject(ctx, request)
	switch {
	case err == nil:
		kind := checkRange(answer, first, length)
		if kind == None {
			return answer, nil
		}
		answer.Body.Close()
		return nil, &Error{Doing: "get", Address: address, Kind: kind, Err: fmt.Errorf(
			"got %d bytes of range %q, want range %q",
			aws.ToInt64(answer.ContentLength), aws.ToString(answer.ContentRange), aws.ToString(request.Range),
		)}
	case status(err) == http.StatusPreconditionFailed && etag != "":
		return nil, &Error{Doing: "get", Address: address, Kind: Changed, Err: err}
	case status(err) == http.StatusRequestedRangeNotSatisfiable && etag == "":
		return nil, &Error{Doing: "get", Address: address, Kind: OutOfRange, Err: err}
	}
	return nil, c.readError(ctx, "get", address, err)
}

// checkRange returns [None] if the answer has the bytes that [Client.get] asked for.
func checkRange(answer *s3.GetObjectOutput, first, length int64) Kind {
	switch {
	case answer.ContentLength == nil, length == 0 && answer.ContentRange != nil:
		return Retryable
	case length == 0:
		return None
	}
	var from, to, size int64
	_, err := fmt.Sscanf(aws.ToString(answer.ContentRange), "bytes %d-%d/%d", &from, &to, &size)
	switch {
	case err != nil, from != first, to != min(first+length, size)-1, *answer.ContentLength != to-from+1:
		return Retryable
	case to < first+length-1:
		return OutOfRange
	}
	return None
}

// wholeSize is how many bytes the object has of which the answer is a range.
func wholeSize(answer *s3.GetObjectOutput) int64 {
	var from, to, size int64
	if _, err := fmt.Sscanf(aws.ToString(answer.ContentRange), "bytes %d-%d/%d", &from, &to, &size); err != nil {
		return *answer.ContentLength
	}
	return size
}
