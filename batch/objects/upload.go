package objects

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"batchjobwithlambda/batch/contract"
)

const (
	// abortTimeout leaves time to clean up after a stop: AWS Batch kills a job 30 s after
	// it asked it to stop.
	abortTimeout = 5 * time.Second
	// checksum is what each part is sent with, and the object has of all of them.
	checksum = types.ChecksumAlgorithmCrc32
)

// Uploaded is an object that was written.
type Uploaded struct {
	// Size is in bytes, and ETag without its quotes.
	Size int64
	ETag string
}

// Upload makes an object of everything that the content yields until io.EOF; after any other
// error, which it returns as it is, there is no object, and no part of one.
//
// The object's Content-Type is that of the end of its key, if it is a common one.
//
// It takes memory for one part more than [Options] allow requests, however long the content
// is, and waits while other uploads have that. Beyond 8 GB it takes disk as well: as many parts
// of 32 MiB, 128 MiB (beyond 42 GB), or 1 GiB (beyond 176 GB). Content that is a file takes
// neither. The longest is 7.7 TB.
func (c *Client) Upload(
	ctx context.Context,
	address contract.Address,
	content io.Reader,
	attributes Attributes,
) (Uploaded, error) {
	u := &upload{
		client:     c,
		address:    address,
		attributes: attributes,
		parts:      c.cut(content),
		size:       func(number int) int64 { return partSize(number, c.part) },
		most:       maxParts,
	}
	first, err := u.parts.next(ctx, u.size(1))
	if err != nil {
		return Uploaded{}, err
	}
	if first.size < u.size(1) {
		defer first.release()
		if err := u.put(ctx, first); err != nil {
			return Uploaded{}, err
		}
		return Uploaded{first.size, u.etag}, nil
	}
	if err := u.inParts(ctx, first); err != nil {
		return Uploaded{}, err
	}
	return Uploaded{u.sent, u.etag}, nil
}

// upload writes one object.
type upload struct {
	client     *Client
	address    contract.Address
	attributes Attributes
	parts      parts
	// size is how many bytes the part with the number has, and most how many parts there may be.
	size func(number int) int64
	most int

	id        *string
	completed []*types.CompletedPart
	// sent is how many bytes were handed over to be sent.
	sent int64
	// etag is the object's, once it is written.
	etag string
}

// put writes the object with one request.
func (u *upload) put(ctx context.Context, whole part) error {
	answer, err := u.client.s3.PutObject(ctx, u.putInput(whole))
	if err == nil {
		err = u.noteETag(answer.ETag)
	}
	return u.failed("PutObject", err)
}

// inParts writes the object in parts.
func (u *upload) inParts(ctx context.Context, first part) error {
	answer, err := u.client.s3.CreateMultipartUpload(ctx, u.createInput())
	if err == nil && answer.UploadId == nil {
		err = errEmpty
	}
	if err != nil {
		first.release()
		return u.failed("CreateMultipartUpload", err)
	}
	u.id = answer.UploadId
	if err = u.sendAll(ctx, first); err == nil {
		err = u.join(ctx)
	}
	if err != nil {
		u.abort(ctx)
	}
	return err
}

// sendAll sends all parts of the content, of which the first was read before.
func (u *upload) sendAll(ctx context.Context, first part) error {
	group, sending := errgroup.WithContext(ctx)
	group.SetLimit(u.client.parallel)
	err := u.handOver(sending, group, first)
	if sendErr := group.Wait(); err == nil {
		err = sendErr
	}
	return err
}

// handOver reads the parts and hands them to the group, which sends them.
func (u *upload) handOver(ctx context.Context, group *errgroup.Group, next part) error {
	for number := 1; next.size > 0; number++ {
		switch {
		case ctx.Err() != nil:
			next.release()
			return context.Cause(ctx)
		case number > u.most:
			next.release()
			return &Error{Doing: "write", Address: u.address, Kind: TooLarge, Err: fmt.Errorf(
				"got more than %d bytes, which is what %d parts hold", u.sent, u.most)}
		}
		part := next
		u.sent += part.size
		completed := &types.CompletedPart{PartNumber: aws.Int32(int32(number))}
		u.completed = append(u.completed, completed)
		group.Go(func() error {
			defer part.release()
			return u.send(ctx, part, completed)
		})
		if part.size < u.size(number) {
			return nil
		}
		var err error
		if next, err = u.parts.next(ctx, u.size(number+1)); err != nil {
			return err
		}
	}
	next.release()
	return nil
}

// send sends a part, and notes what S3 says of it.
func (u *upload) send(ctx context.Context, part part, completed *types.CompletedPart) error {
	answer, err := u.client.s3.UploadPart(ctx, &s3.UploadPartInput{
		Bucket:            &u.address.Bucket,
		Key:               &u.address.Key,
		UploadId:          u.id,
		PartNumber:        completed.PartNumber,
		Body:              part.content,
		ChecksumAlgorithm: checksum,
	})
	if err == nil && answer.ETag == nil {
		err = errEmpty
	}
	if err != nil {
		return u.failed("UploadPart", err)
	}
	completed.ETag, completed.ChecksumCRC32 = answer.ETag, answer.ChecksumCRC32
	return nil
}

// join makes the object of the parts.
func (u *upload) join(ctx context.Context) error {
	parts := make([]types.CompletedPart, 0, len(u.completed))
	for _, part := range u.completed {
		parts = append(parts, *part)
	}
	answer, err := u.client.s3.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket:          &u.address.Bucket,
		Key:             &u.address.Key,
		UploadId:        u.id,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
		MpuObjectSize:   &u.sent,
	})
	if err == nil {
		err = u.noteETag(answer.ETag)
	}
	return u.failed("CompleteMultipartUpload", err)
}

// noteETag keeps the ETag of the object, without which the answer is not one to what was asked.
func (u *upload) noteETag(etag *string) error {
	if etag == nil {
		return errEmpty
	}
	u.etag = unquote(etag)
	return nil
}

// abort has S3 delete the parts. If it fails, the bucket's lifecycle rule does it.
func (u *upload) abort(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortTimeout)
	defer cancel()
	_, _ = u.client.s3.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{
		Bucket:   &u.address.Bucket,
		Key:      &u.address.Key,
		UploadId: u.id,
	})
}

// failed returns the error of an operation, or nil if it succeeded.
func (u *upload) failed(operation string, err error) error {
	switch err {
	case nil:
		return nil
	case errEmpty: // Any other names the operation itself.
		err = fmt.Errorf("%s: %w", operation, err)
	}
	doing := "write"
	if u.attributes.Tags != "" {
		doing = "write with tags"
	}
	return newError(doing, u.address, err)
}
