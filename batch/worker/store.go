package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/logging"
)

// requestAttempts is how often a request is tried: with the SDK's growing pauses of up
// to 20 s that is about a minute. S3 asks to slow down when many children begin at
// once, and a shard that gave up on that would have to be started anew.
const requestAttempts = 8

// store is the bucket of the run. Every error of its methods that is S3's is trouble.
type store struct {
	bucket   string
	client   *s3.Client
	uploader *transfermanager.Client
}

// openStore makes no request: the first one fetches the credentials.
func openStore(ctx context.Context, bucket string) (*store, error) {
	// What matters comes back as an error; what the SDK would log is not JSON.
	cfg, err := config.LoadDefaultConfig(ctx, config.WithLogger(logging.Nop{}))
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
	return &store{bucket: bucket, client: client, uploader: newUploader(client)}, nil
}

// get asks for an object, or a range of it if that is not empty, and only as long as
// it has the ETag, if that is not empty. It returns errGone or errChanged if so.
func (s *store) get(ctx context.Context, key, bytes, etag string) (*s3.GetObjectOutput, error) {
	answer, err := s.client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: &s.bucket, Key: &key, Range: optional(bytes), IfMatch: optional(etag),
	})
	switch {
	case err == nil:
		return answer, nil
	case status(err) == http.StatusPreconditionFailed:
		return nil, errChanged
	}
	return nil, s.refused(ctx, key, err)
}

// metadata is what the object with the key carries, and its size in bytes. It returns
// errGone if there is none.
func (s *store) metadata(ctx context.Context, key string) (map[string]string, int64, error) {
	answer, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return nil, 0, s.refused(ctx, key, err)
	}
	return answer.Metadata, aws.ToInt64(answer.ContentLength), nil
}

// refused says what an error of reading the object means. S3 tells "there is none"
// from "you may not" only to a caller that may list the whole bucket, and the job may
// not; what it may list is the object's own prefix.
func (s *store) refused(ctx context.Context, key string, err error) error {
	archived, isArchived := errors.AsType[*types.InvalidObjectState](err)
	switch code := status(err); {
	case isArchived:
		return &failure{reason: fmt.Sprintf("the object is in the storage class %s and has to be restored first", archived.StorageClass)}
	case code == http.StatusForbidden, code == http.StatusNotFound:
		if exists, listErr := s.exists(ctx, key); listErr == nil && !exists {
			return errGone
		}
	case code == http.StatusRequestedRangeNotSatisfiable:
		return err // Only a manifest and an index that are not of one piece ask for this.
	}
	return trouble{fmt.Errorf("read %q: %w", key, err)}
}

func (s *store) exists(ctx context.Context, key string) (bool, error) {
	// Of all keys that begin with this one it is itself the first.
	keys, _, err := s.list(ctx, key, "", 1)
	return len(keys) == 1 && keys[0] == key, err
}

// list returns the first keys after the given one that begin with the prefix, at most
// as many as said, and whether there are more.
func (s *store) list(ctx context.Context, prefix, after string, most int32) (keys []string, more bool, err error) {
	page, err := s.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{
		Bucket: &s.bucket, Prefix: &prefix, StartAfter: optional(after), MaxKeys: &most,
		EncodingType: types.EncodingTypeUrl, // A key may hold characters that XML cannot.
	})
	if err != nil {
		return nil, false, trouble{fmt.Errorf("list %q: %w", prefix, err)}
	}
	for _, object := range page.Contents {
		key, err := url.QueryUnescape(*object.Key)
		if err != nil {
			return nil, false, trouble{fmt.Errorf("list %q: %w", prefix, err)}
		}
		keys = append(keys, key)
	}
	return keys, aws.ToBool(page.IsTruncated), nil
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
