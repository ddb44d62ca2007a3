package objects

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects/listing"
)

// List yields the objects of the location, in the order of the bytes of their keys; see
// [listing.All]. It ends with an error, if there is one.
func (c *Client) List(ctx context.Context, location contract.Location) iter.Seq2[contract.Object, error] {
	return c.ListWanted(ctx, location, func(contract.Listed) bool { return true })
}

// ListWanted is [Client.List] for those objects that are wanted. Wanted is called once for each
// object, in any order, and several times at once.
func (c *Client) ListWanted(
	ctx context.Context,
	location contract.Location,
	wanted func(contract.Listed) bool,
) iter.Seq2[contract.Object, error] {
	list := func(ctx context.Context, after string, most int) ([]contract.Listed, bool, error) {
		return c.Page(ctx, location, after, most)
	}
	return listing.All(ctx, location.Prefix, AtOnce, list, wanted)
}

// First returns the first key of the location, or "" if it has no objects.
func (c *Client) First(ctx context.Context, location contract.Location) (string, error) {
	objects, _, err := c.Page(ctx, location, "", 1)
	if err != nil || len(objects) == 0 {
		return "", err
	}
	return objects[0].Key, nil
}

// Exists reports whether there is such an object.
func (c *Client) Exists(ctx context.Context, address contract.Address) (bool, error) {
	// Of all keys that begin with this one it is itself the first.
	first, err := c.First(ctx, contract.Location{Bucket: address.Bucket, Prefix: address.Key})
	return err == nil && first == address.Key, err
}

// Page returns the first objects of the location whose keys are greater by bytes than
// after, and whether there are more. It returns as many as most says, at most 1,000, or
// fewer; if there are more, at least one.
func (c *Client) Page(
	ctx context.Context,
	location contract.Location,
	after string,
	most int,
) ([]contract.Listed, bool, error) {
	input := &s3.ListObjectsV2Input{
		Bucket:       &location.Bucket,
		Prefix:       &location.Prefix,
		MaxKeys:      aws.Int32(int32(most)),
		EncodingType: types.EncodingTypeUrl, // A key may hold characters that XML cannot.
		// Whether an archived object was restored.
		OptionalObjectAttributes: []types.OptionalObjectAttributes{types.OptionalObjectAttributesRestoreStatus},
	}
	if after != "" {
		input.StartAfter = &after
	}
	for {
		taken := &contents{}
		page, err := c.s3.ListObjectsV2(ctx, input, taken.before)
		if err != nil {
			return nil, false, listError(location, err)
		}
		objects, err := objectsOf(page, taken.objects, location.Prefix, after)
		if err != nil {
			return nil, false, listError(location, err)
		}
		more := *page.IsTruncated
		if more && len(objects) == 0 { // S3 may have met with nothing but deleted ones.
			input.ContinuationToken = page.NextContinuationToken
			continue
		}
		return objects, more, nil
	}
}

// listError returns the error of a list: whatever refuses it refuses no single object.
func listError(location contract.Location, err error) *Error {
	failed := newError("list", location.Address(""), err)
	failed.Kind = Retryable
	return failed
}

// objectsOf returns the objects of an answer, of which some were taken before. It returns
// an error if the answer is not one to what was asked: it has no body, which the SDK takes
// for a list without keys, so that a run would have nothing to do and succeed; or it has
// keys that do not begin with the prefix, or do not come in order behind after.
func objectsOf(
	page *s3.ListObjectsV2Output,
	objects []contract.Listed,
	prefix, after string,
) ([]contract.Listed, error) {
	for _, listed := range page.Contents {
		restored := listed.RestoreStatus != nil && !aws.ToBool(listed.RestoreStatus.IsRestoreInProgress)
		objects = append(objects, contract.Listed{
			Object: contract.Object{
				Key:  aws.ToString(listed.Key),
				Size: aws.ToInt64(listed.Size),
				ETag: unquote(listed.ETag),
			},
			Modified: aws.ToTime(listed.LastModified),
			Archived: contract.NeedsRestoring(string(listed.StorageClass)) && !restored,
		})
	}
	if page.IsTruncated == nil {
		return nil, errEmpty
	}
	if *page.IsTruncated && len(objects) == 0 && page.NextContinuationToken == nil {
		return nil, errors.New("the answer is truncated before its first key, and does not say where it goes on")
	}
	for i := range objects {
		key, err := decodeKey(page, objects[i].Key)
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(key, prefix) || key <= after {
			return nil, fmt.Errorf("the answer has key %q after %q", key, after)
		}
		objects[i].Key, after = key, key
	}
	return objects, nil
}

// decodeKey decodes a key as the answer says that it is encoded: a server may not know
// how to encode keys, and then "a+b" is no "a b".
func decodeKey(page *s3.ListObjectsV2Output, key string) (string, error) {
	if page.EncodingType != types.EncodingTypeUrl {
		return key, nil
	}
	return url.QueryUnescape(key)
}
