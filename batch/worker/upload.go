package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"batchjobwithlambda/batch/contract"
)

const (
	// smallestPart is how large the parts of an upload are if nothing speaks for
	// larger ones; what is smaller is put with one request. A part of 8 MiB keeps
	// the share of the requests' own time low, and the few that are in memory at
	// once well below the smallest memory that a job can have, 512 MiB.
	smallestPart = 8 << 20
	// maxParts is how many parts an upload may have ("Amazon S3 multipart upload
	// limits", Amazon S3 User Guide).
	maxParts = 10_000
	// growth is how many times larger than its input an output is expected to be at
	// the most: parts have to be sized before the output's size is known. Outputs
	// of up to 80 GB, which is what the smallest parts are enough for, may grow more.
	growth = 4
	// partsAtOnce hides the time that S3 takes to answer; more would only take memory.
	partsAtOnce = 2
	// abortTimeout leaves time to clean up after a stop: AWS Batch kills 30 s after
	// it asked.
	abortTimeout = 5 * time.Second
)

func newUploader(client *s3.Client) *transfermanager.Client {
	return transfermanager.New(careful{client}, func(o *transfermanager.Options) {
		o.Concurrency = partsAtOnce
		o.FailTimeout = abortTimeout
	})
}

// careful takes no answer without a body for a success, as the SDK does: S3 says 200
// before it knows whether an upload can be completed ("CompleteMultipartUpload", Amazon
// S3 API Reference), and an upload without an id makes the uploader panic.
type careful struct{ *s3.Client }

func (c careful) CreateMultipartUpload(
	ctx context.Context,
	input *s3.CreateMultipartUploadInput,
	options ...func(*s3.Options),
) (*s3.CreateMultipartUploadOutput, error) {
	answer, err := c.Client.CreateMultipartUpload(ctx, input, options...)
	if err == nil && answer.UploadId == nil {
		err = errEmptyAnswer("CreateMultipartUpload")
	}
	return answer, err
}

func (c careful) CompleteMultipartUpload(
	ctx context.Context,
	input *s3.CompleteMultipartUploadInput,
	options ...func(*s3.Options),
) (*s3.CompleteMultipartUploadOutput, error) {
	answer, err := c.Client.CompleteMultipartUpload(ctx, input, options...)
	if err == nil && answer.ETag == nil {
		err = errEmptyAnswer("CompleteMultipartUpload")
	}
	return answer, err
}

func errEmptyAnswer(operation string) error {
	return &smithy.OperationError{
		ServiceID:     s3.ServiceID,
		OperationName: operation,
		Err:           errors.New("the answer is empty"),
	}
}

// partSize is how large the parts of an output whose size is not known yet have to be,
// given its input's size.
func partSize(input int64) int64 {
	return max(smallestPart, input*growth/maxParts+1)
}

// upload makes an object of everything that the reader yields until io.EOF, and
// returns its size; after any other error of the reader there is no object, and no
// part of one. It takes a few times the part's size in memory. The parts of a file,
// whose size is known, are made larger if they have to be.
func (s *store) upload(
	ctx context.Context,
	address contract.Address,
	content io.Reader,
	metadata map[string]string,
	part int64,
) (int64, error) {
	answer, err := s.uploader.UploadObject(ctx, &transfermanager.UploadObjectInput{
		Bucket: &address.Bucket, Key: &address.Key, Body: content, Metadata: metadata,
	}, func(o *transfermanager.Options) {
		o.PartSizeBytes, o.MultipartUploadThreshold = part, part
	})
	if err == nil {
		return aws.ToInt64(answer.ContentLength), nil
	}
	if _, ok := errors.AsType[*smithy.OperationError](err); ok {
		return 0, trouble{fmt.Errorf("write %s: %w", address, err)}
	}
	// S3 had nothing against it, so it is the content: it failed, or has more bytes
	// than so many parts can hold.
	return 0, &failure{reason: err.Error()}
}
