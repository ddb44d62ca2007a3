package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/lambda/internal/listing"
)

// AtOnce is how many requests a function has under way at the same time: enough to
// hide S3's answering times, and few enough that one vCPU keeps up with them.
const AtOnce = 32

// requestAttempts is how often a request is tried. The state machine does not run a
// function again for trouble with S3, so this is where it has to be sat out: with the
// SDK's growing pauses of up to 20 s it is about a minute.
const requestAttempts = 8

// Store is S3.
type Store struct {
	client  *s3.Client
	uploads *transfermanager.Client
}

// Error is trouble with S3, as opposed to trouble with what is kept there. It is
// fs.ErrNotExist if there is no such object.
type Error struct {
	// Doing is what was done to the object: get, list, …
	Doing   string
	Address contract.Address
	Err     error
}

func (e *Error) Error() string { return fmt.Sprintf("%s %q: %v", e.Doing, e.Address, e.Err) }

// Unwrap returns what S3 or the SDK said.
func (e *Error) Unwrap() error { return e.Err }

// Open returns the S3 that the environment describes. It makes no request.
func Open(ctx context.Context) (Store, error) {
	settings, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(
		awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConnsPerHost = AtOnce // Or connections are made anew again and again.
		})))
	if err != nil {
		return Store{}, fmt.Errorf("configure the AWS SDK: %w", err)
	}
	return New(s3.NewFromConfig(settings, func(o *s3.Options) {
		if settings.RetryMaxAttempts == 0 {
			o.RetryMaxAttempts = requestAttempts
		}
		// A range has no checksum: a line of log for each would bury the others.
		o.DisableLogOutputChecksumValidationSkipped = true
	})), nil
}

// New returns the S3 that the client talks to.
func New(client *s3.Client) Store {
	return Store{client: client, uploads: newUploads(client)}
}

// List yields the objects whose keys begin with the prefix's, in the order of their
// bytes; see [listing.All]. It ends with an error, if there is one.
func (s Store) List(ctx context.Context, prefix contract.Address) iter.Seq2[contract.Object, error] {
	return listing.All(ctx, prefix.Key, func(ctx context.Context, after string, most int) ([]contract.Object, bool, error) {
		return s.list(ctx, prefix, after, most)
	})
}

// First returns the first key that begins with the prefix's, or "" if there is none.
func (s Store) First(ctx context.Context, prefix contract.Address) (string, error) {
	objects, _, err := s.list(ctx, prefix, "", 1)
	for _, object := range objects {
		return object.Key, err
	}
	return "", err
}

// list is the [listing.Lister] of the prefix.
func (s Store) list(ctx context.Context, prefix contract.Address, after string, most int) ([]contract.Object, bool, error) {
	input := &s3.ListObjectsV2Input{
		Bucket: &prefix.Bucket, Prefix: &prefix.Key, MaxKeys: aws.Int32(int32(most)),
		EncodingType: types.EncodingTypeUrl, // A key may hold characters that XML cannot.
	}
	if after != "" {
		input.StartAfter = &after
	}
	for {
		page, err := s.client.ListObjectsV2(ctx, input)
		if err != nil {
			return nil, false, &Error{"list", prefix, err}
		}
		more := aws.ToBool(page.IsTruncated)
		if more && len(page.Contents) == 0 { // S3 may have met with nothing but deleted ones.
			input.ContinuationToken = page.NextContinuationToken
			continue
		}
		objects := make([]contract.Object, 0, len(page.Contents))
		for _, listed := range page.Contents {
			key, err := url.QueryUnescape(aws.ToString(listed.Key))
			if err != nil {
				return nil, false, &Error{"list", prefix, err}
			}
			objects = append(objects, contract.Object{Key: key, Size: aws.ToInt64(listed.Size), ETag: unquote(listed.ETag)})
		}
		return objects, more, nil
	}
}

// Head returns the object and its metadata.
func (s Store) Head(ctx context.Context, address contract.Address) (contract.Object, map[string]string, error) {
	head, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &address.Bucket, Key: &address.Key})
	if err != nil {
		return contract.Object{}, nil, s.failed(ctx, "head", address, err)
	}
	return contract.Object{Key: address.Key, Size: aws.ToInt64(head.ContentLength), ETag: unquote(head.ETag)}, head.Metadata, nil
}

// Put writes a small object.
func (s Store) Put(ctx context.Context, address contract.Address, content []byte) error {
	_, err := s.client.PutObject(ctx, &s3.PutObjectInput{Bucket: &address.Bucket, Key: &address.Key, Body: bytes.NewReader(content)})
	if err != nil {
		return &Error{"put", address, err}
	}
	return nil
}

// failed returns the error of a request for an object, which is fs.ErrNotExist if the
// object is not listed either.
func (s Store) failed(ctx context.Context, doing string, address contract.Address, err error) error {
	response, ok := errors.AsType[*awshttp.ResponseError](err)
	if ok && (response.HTTPStatusCode() == http.StatusForbidden || response.HTTPStatusCode() == http.StatusNotFound) {
		// Of all keys that begin with this one it is itself the first.
		first, listErr := s.First(ctx, address)
		switch {
		case listErr != nil:
			err = errors.Join(err, listErr)
		case first != address.Key:
			err = fmt.Errorf("%w: %w", fs.ErrNotExist, err)
		}
	}
	return &Error{doing, address, err}
}

func unquote(etag *string) string { return strings.Trim(aws.ToString(etag), `"`) }
