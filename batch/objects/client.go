package objects

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/logging"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects/buffers"
)

// AtOnce is how many requests a function has under way at the same time: enough to
// hide S3's answering times, and few enough that one vCPU keeps up with them. As S3
// answers a list in about 60 ms, these are a tenth of the 5,500 requests a second that it
// allows for each prefix ("Best practices design patterns", Amazon S3 User Guide).
const AtOnce = 32

// requestAttempts is how often a request is tried: with the SDK's growing pauses of up
// to 20 s that is about a minute. S3 asks to slow down when many jobs begin at once, and
// whoever gave up on that would have to be started anew.
const requestAttempts = 8

// defaultStallLimit leaves a function time to go on with another connection.
const defaultStallLimit = 20 * time.Second

// defaultParallel hides the time that S3 takes to answer; more would only take memory.
const defaultParallel = 2

// Options are what a [Client] may be told. The zero value is for a function.
type Options struct {
	// StallLimit is how long a connection may neither bring nor take a byte before it
	// counts as broken; 0 is 20 s.
	StallLimit time.Duration
	// Scratch is the directory for what does not fit in memory; empty is the system's own.
	Scratch string
	// Parallel is how many requests are under way for one object that is written or read in
	// parts; 0 is 2.
	Parallel int
	// PartBytes is how large parts are that are in memory, [LeastPart] or more; 0 is [PartMemory].
	PartBytes int64
	// UploadBytes is how much memory all uploads take together, but at least what one may need;
	// 0 is without a bound.
	UploadBytes int64
	// Throttled, if it is not nil, is called each time that S3 asks to slow down.
	Throttled func()
	// Buckets says which buckets are in another region, and where the requester pays.
	Buckets contract.Buckets
}

// Client reads, lists and writes objects.
type Client struct {
	s3       *s3.Client
	scratch  string
	parallel int
	part     int64
	memory   *buffers.Pool // Of uploads.
}

// Open returns a client for the S3 that the environment describes. It makes no request:
// the first one fetches the credentials.
func Open(ctx context.Context, options Options) (*Client, error) {
	settings, err := config.LoadDefaultConfig(ctx,
		// What matters comes back as an error; what the SDK would log is not JSON.
		config.WithLogger(logging.Nop{}),
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
			// With the SDK's 10, one of 15 objects had to connect anew when a job had 16 at once.
			t.MaxIdleConnsPerHost = t.MaxIdleConns
			giveUpStalled(t, cmp.Or(options.StallLimit, defaultStallLimit))
		})))
	if err != nil {
		return nil, fmt.Errorf("configure the AWS SDK: %w", err)
	}
	if settings.Region == "" {
		return nil, errors.New("environment variables: AWS_REGION: got none, want the region of the buckets")
	}
	return New(s3.NewFromConfig(settings, func(o *s3.Options) {
		attempts := cmp.Or(settings.RetryMaxAttempts, requestAttempts)
		o.Retryer = newRetryer(attempts, options.Throttled)
		o.EndpointResolverV2 = &resolver{s3.NewDefaultEndpointResolverV2(), options.Buckets}
	}), options), nil
}

// New returns a client that makes its requests with the SDK's client. Of the options it
// heeds those that are not about requests.
func New(client *s3.Client, options Options) *Client {
	parallel, part := cmp.Or(options.Parallel, defaultParallel), cmp.Or(options.PartBytes, PartMemory)
	return &Client{
		s3:       client,
		scratch:  options.Scratch,
		parallel: parallel,
		part:     part,
		memory:   buffers.NewPool(options.UploadBytes, int64(parallel+1)*part),
	}
}

// Head returns the object and its metadata.
func (c *Client) Head(ctx context.Context, address contract.Address) (contract.Listed, map[string]string, error) {
	head, err := c.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &address.Bucket, Key: &address.Key})
	if err != nil {
		return contract.Listed{}, nil, c.readError(ctx, "head", address, err)
	}
	object := contract.Object{Key: address.Key, Size: aws.ToInt64(head.ContentLength), ETag: unquote(head.ETag)}
	archived := contract.NeedsRestoring(string(head.StorageClass)) || head.ArchiveStatus != ""
	restored := strings.Contains(aws.ToString(head.Restore), `ongoing-request="false"`)
	return contract.Listed{
		Object:   object,
		Modified: aws.ToTime(head.LastModified),
		Archived: archived && !restored,
	}, head.Metadata, nil
}

func unquote(etag *string) string { return strings.Trim(aws.ToString(etag), `"`) }
