package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"batchjobwithlambda/batch/contract"
)

// AtOnce is how many requests a function has under way at the same time: enough to
// hide S3's answering times, and few enough that one vCPU keeps up with them. As S3
// answers a list in about 60 ms, these are a tenth of the 5,500 requests a second that it
// allows for each prefix ("Best practices design patterns", Amazon S3 User Guide).
const AtOnce = 32

// requestAttempts is how often a request is tried. The state machine does not run a
// function again for trouble with S3, so this is where it has to be sat out: with the
// SDK's growing pauses of up to 20 s it is about a minute.
const requestAttempts = 8

// stallLimit is how long a connection may bring nothing before it counts as broken. It
// leaves a function time to go on with another.
const stallLimit = 20 * time.Second

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
func Open(ctx context.Context) (Store, error) { return open(ctx, stallLimit) }

func open(ctx context.Context, stallLimit time.Duration) (Store, error) {
	settings, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(
		awshttp.NewBuildableClient().WithReadTimeout(stallLimit).WithTransportOptions(func(t *http.Transport) {
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

// Head returns the object and its metadata.
func (s Store) Head(ctx context.Context, address contract.Address) (contract.Object, map[string]string, error) {
	head, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &address.Bucket, Key: &address.Key})
	if err != nil {
		return contract.Object{}, nil, s.failed(ctx, "head", address, err)
	}
	return contract.Object{
		Key:  address.Key,
		Size: aws.ToInt64(head.ContentLength),
		ETag: unquote(head.ETag),
	}, head.Metadata, nil
}

// Put writes a small object.
func (s Store) Put(ctx context.Context, address contract.Address, content []byte) error {
	_, err := s.client.PutObject(
		ctx,
		&s3.PutObjectInput{Bucket: &address.Bucket, Key: &address.Key, Body: bytes.NewReader(content)},
	)
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
