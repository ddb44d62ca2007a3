package cloud

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/smithy-go"
)

const (
	// ec2Version is the version of the API ("Query requests for Amazon EC2", Amazon EC2 API Reference).
	ec2Version = "2016-11-15"
	// noBody is the SHA-256 of nothing, which a signature of a request without a body has.
	noBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	// ec2Limit is how long one request may take.
	ec2Limit = 20 * time.Second
)

// ec2 asks Amazon EC2 by its query protocol. The SDK's own package takes 3.4 GB of memory and more
// than a minute to compile, whoever runs this program by "go run"; this one makes three requests.
type ec2 struct {
	settings aws.Config
	endpoint string
}

// newEC2 finds the endpoint by that of CloudFormation, whose package knows the domain of each
// partition: both are SERVICE.REGION.DOMAIN.
func newEC2(ctx context.Context, settings aws.Config) (ec2, error) {
	if settings.BaseEndpoint != nil {
		return ec2{settings, *settings.BaseEndpoint}, nil
	}
	known, err := cloudformation.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx,
		cloudformation.EndpointParameters{Region: &settings.Region})
	if err != nil {
		return ec2{}, err
	}
	return ec2{settings, strings.Replace(known.URI.String(), "cloudformation.", "ec2.", 1)}, nil
}

// filter narrows what is described to what has one of the values.
type filter struct {
	name   string
	values []string
}

// page is an answer of which one element has the items. The others have none.
type page[T any] struct {
	Sets []struct {
		Items []T `xml:"item"`
	} `xml:",any"`
	Next string `xml:"nextToken"`
}

// describe asks for everything that the filter lets pass, page by page.
func describe[T any](ctx context.Context, c ec2, action string, f filter) ([]T, error) {
	query := url.Values{"Action": {action}, "Version": {ec2Version}, "Filter.1.Name": {f.name}}
	for i, value := range f.values {
		query.Set(fmt.Sprintf("Filter.1.Value.%d", i+1), value)
	}
	var all []T
	for {
		body, err := c.get(ctx, query)
		if err != nil {
			return all, fmt.Errorf("%s: %w", action, err)
		}
		var answer page[T]
		if err := xml.Unmarshal(body, &answer); err != nil {
			return all, fmt.Errorf("%s: %w", action, err)
		}
		for _, set := range answer.Sets {
			all = append(all, set.Items...)
		}
		if answer.Next == "" {
			return all, nil
		}
		query.Set("NextToken", answer.Next)
	}
}

func (c ec2) get(ctx context.Context, query url.Values) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, ec2Limit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.endpoint+"/?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	credentials, err := c.settings.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	err = signer.NewSigner().SignHTTP(ctx, credentials, request, noBody, "ec2", c.settings.Region, time.Now())
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode == http.StatusOK {
		return body, err
	}
	var refused struct {
		Code    string `xml:"Errors>Error>Code"`
		Message string `xml:"Errors>Error>Message"`
	}
	if err := xml.Unmarshal(body, &refused); err != nil {
		return nil, fmt.Errorf("got status %s, and no error of EC2: %w", response.Status, err)
	}
	return nil, &smithy.GenericAPIError{Code: refused.Code, Message: refused.Message}
}
