package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/logging"

	"batchjobwithlambda/batch/contract"
)

// requestAttempts is how often a request is tried: with the SDK's growing pauses of up
// to 20 s that is about a minute. S3 asks to slow down when many children begin at
// once, and a shard that gave up on that would have to be started anew.
const requestAttempts = 8

// stallLimit is how long a connection may bring nothing before it counts as broken: what
// the AWS CLI and boto3 wait. Without it a connection that has died unnoticed would hold
// the job until AWS Batch ends the attempt. Nothing comes while a part is sent either, so
// it also bounds that: 1.2 Mbit/s are enough for the smallest part.
const stallLimit = time.Minute

// store is S3. Every error of its methods that is S3's is trouble.
type store struct {
	client   *s3.Client
	uploader *transfermanager.Client
}

// openStore makes no request: the first one fetches the credentials. A connection that
// brings nothing for as long as the stall limit says is given up.
func openStore(ctx context.Context, stallLimit time.Duration) (*store, error) {
	cfg, err := config.LoadDefaultConfig(
		ctx,
		config.WithLogger(logging.Nop{}), // What matters comes back as an error; what the SDK would log is not JSON.
		config.WithHTTPClient(
			awshttp.NewBuildableClient().WithReadTimeout(stallLimit).WithTransportOptions(func(t *http.Transport) {
				// With the SDK's 10, one of 15 objects had to connect anew when a job had 16 at once.
				t.MaxIdleConnsPerHost = t.MaxIdleConns
			}),
		),
	)
	if err != nil {
		return nil, fmt.Errorf("configure the AWS SDK: %w", err)
	}
	if cfg.Region == "" {
		return nil, errors.New("environment variables: AWS_REGION is missing: allowed is the bucket's region")
	}
	client := s3.NewFromConfig(cfg, func(o *s3.Options) {
		if cfg.RetryMaxAttempts == 0 {
			o.RetryMaxAttempts = requestAttempts
		}
	})
	return &store{client: client, uploader: newUploader(client)}, nil
}

// get asks for an object, or the length bytes of it from first on if length is not 0,
// and only as long as it has the ETag, if that is not empty. It returns errGone or
// errChanged if so. There may be fewer bytes only if the object ends before.
func (s *store) get(
	ctx context.Context,
	address contract.Address,
	first, length int64,
	etag string,
) (*s3.GetObjectOutput, error) {
	request := &s3.GetObjectInput{Bucket: &address.Bucket, Key: &address.Key, IfMatch: optional(etag)}
	if length > 0 {
		request.Range = aws.String(fmt.Sprintf("bytes=%d-%d", first, first+length-1))
	}
	answer, err := s.client.GetObject(ctx, request)
	switch {
	case err == nil && hasRange(answer, first, length):
		return answer, nil
	case err == nil:
		answer.Body.Close()
		return nil, trouble{fmt.Errorf("read %s: the answer has %d bytes, range %q: asked for was %q",
			address, aws.ToInt64(answer.ContentLength), aws.ToString(answer.ContentRange), aws.ToString(request.Range))}
	case status(err) == http.StatusPreconditionFailed && etag != "":
		return nil, errChanged
	case status(err) == http.StatusRequestedRangeNotSatisfiable && etag == "":
		return nil, err // Only a manifest and an index that are not of one piece ask for this.
	}
	return nil, s.refused(ctx, address, err)
}

// hasRange reports whether the answer is what was asked for; see [store.get].
func hasRange(answer *s3.GetObjectOutput, first, length int64) bool {
	if answer.ContentLength == nil || length == 0 {
		return answer.ContentLength != nil && answer.ContentRange == nil
	}
	var from, to, size int64
	_, err := fmt.Sscanf(aws.ToString(answer.ContentRange), "bytes %d-%d/%d", &from, &to, &size)
	end := min(first+length, size)
	return err == nil && from == first && to == end-1 && *answer.ContentLength == end-first
}

// metadata is what the object with the key carries, and its size in bytes. It returns
// errGone if there is none.
func (s *store) metadata(ctx context.Context, address contract.Address) (map[string]string, int64, error) {
	answer, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &address.Bucket, Key: &address.Key})
	if err != nil {
		return nil, 0, s.refused(ctx, address, err)
	}
	return answer.Metadata, aws.ToInt64(answer.ContentLength), nil
}

// refused says what an error of reading the object means. S3 tells "there is none"
// from "you may not" only to a caller that may list the whole bucket, and the job may
// not; what it may list is the object's own prefix.
func (s *store) refused(ctx context.Context, address contract.Address, err error) error {
	archived, isArchived := errors.AsType[*types.InvalidObjectState](err)
	switch code := status(err); {
	case isArchived:
		return &failure{
			reason: fmt.Sprintf("the object is in the storage class %s and has to be restored first", archived.StorageClass),
		}
	case code == http.StatusForbidden, code == http.StatusNotFound:
		if exists, listErr := s.exists(ctx, address); listErr == nil && !exists {
			return errGone
		}
	}
	return trouble{fmt.Errorf("read %s: %w", address, err)}
}

func (s *store) exists(ctx context.Context, address contract.Address) (bool, error) {
	// Of all keys that begin with this one it is itself the first.
	keys, _, err := s.list(ctx, contract.Location{Bucket: address.Bucket, Prefix: address.Key}, "", 1)
	return len(keys) > 0 && keys[0] == address.Key, err
}

// list returns the first keys of the location after the given one, at most as many as
// said, and whether there are more.
func (s *store) list(
	ctx context.Context,
	location contract.Location,
	after string,
	most int32,
) (keys []string, more bool, err error) {
	page, err := s.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{
		Bucket: &location.Bucket, Prefix: &location.Prefix, StartAfter: optional(after), MaxKeys: &most,
		EncodingType: types.EncodingTypeUrl, // A key may hold characters that XML cannot.
	})
	if err != nil {
		return nil, false, trouble{fmt.Errorf("list %s: %w", location, err)}
	}
	if page.IsTruncated == nil { // The SDK takes an answer without a body for a list without keys.
		return nil, false, trouble{fmt.Errorf("list %s: the answer is empty", location)}
	}
	for _, object := range page.Contents {
		key, err := url.QueryUnescape(*object.Key)
		if err != nil {
			return nil, false, trouble{fmt.Errorf("list %s: %w", location, err)}
		}
		keys = append(keys, key)
	}
	return keys, *page.IsTruncated, nil
}

// optional is how the SDK wants to be told that something is not given.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// status is the HTTP status that S3 answered with, or 0 if there was no answer.
func status(err error) int {
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		return response.HTTPStatusCode()
	}
	return 0
}

func unquote(etag *string) string { return strings.Trim(aws.ToString(etag), `"`) }
