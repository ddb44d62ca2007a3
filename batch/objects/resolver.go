package objects

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyendpoints "github.com/aws/smithy-go/endpoints"

	"batchjobwithlambda/batch/contract"
)

// resolver sends each request to the region of its bucket, and agrees to pay where the requester
// has to. The endpoint is the one place in the SDK at which every operation names its bucket, and
// from which the request is signed.
type resolver struct {
	s3.EndpointResolverV2
	buckets contract.Buckets
}

// ResolveEndpoint returns where to send the request, and with what headers.
func (r *resolver) ResolveEndpoint(
	ctx context.Context,
	parameters s3.EndpointParameters,
) (smithyendpoints.Endpoint, error) {
	bucket := r.buckets[aws.ToString(parameters.Bucket)]
	if bucket.Region != "" {
		parameters.Region = &bucket.Region
	}
	endpoint, err := r.EndpointResolverV2.ResolveEndpoint(ctx, parameters)
	if err != nil || !bucket.RequesterPays {
		return endpoint, err
	}
	if endpoint.Headers == nil {
		endpoint.Headers = http.Header{}
	}
	endpoint.Headers.Set("X-Amz-Request-Payer", "requester")
	return endpoint, nil
}
