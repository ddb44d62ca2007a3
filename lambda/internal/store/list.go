package store

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
	"batchjobwithlambda/lambda/internal/listing"
)

// List yields the objects whose keys begin with the prefix's, in the order of their
// bytes; see [listing.All]. It ends with an error, if there is one.
func (s Store) List(ctx context.Context, prefix contract.Address) iter.Seq2[contract.Object, error] {
	return listing.All(
		ctx,
		prefix.Key,
		AtOnce,
		func(ctx context.Context, after string, most int) ([]contract.Object, bool, error) {
			return s.list(ctx, prefix, after, most)
		},
	)
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
func (s Store) list(
	ctx context.Context,
	prefix contract.Address,
	after string,
	most int,
) ([]contract.Object, bool, error) {
	input := &s3.ListObjectsV2Input{
		Bucket: &prefix.Bucket, Prefix: &prefix.Key, MaxKeys: aws.Int32(int32(most)),
		EncodingType: types.EncodingTypeUrl, // A key may hold characters that XML cannot.
	}
	if after != "" {
		input.StartAfter = &after
	}
	for {
		taken := &contents{}
		page, err := s.client.ListObjectsV2(ctx, input, taken.before)
		if err != nil {
			return nil, false, &Error{"list", prefix, err}
		}
		objects := taken.objects
		for _, listed := range page.Contents {
			objects = append(
				objects,
				contract.Object{Key: aws.ToString(listed.Key), Size: aws.ToInt64(listed.Size), ETag: unquote(listed.ETag)},
			)
		}
		if err := checkList(page, objects, prefix.Key, after); err != nil {
			return nil, false, &Error{"list", prefix, err}
		}
		more := *page.IsTruncated
		if more && len(objects) == 0 { // S3 may have met with nothing but deleted ones.
			input.ContinuationToken = page.NextContinuationToken
			continue
		}
		return objects, more, nil
	}
}

// checkList decodes the objects' keys. It returns an error if the answer is none to what
// was asked: one without a body, which the SDK takes for a list without keys, so that a
// run would have nothing to do and succeed; or one with keys that do not begin with the
// prefix, or do not come in order behind after.
func checkList(page *s3.ListObjectsV2Output, objects []contract.Object, prefix, after string) error {
	if page.IsTruncated == nil {
		return errors.New("the answer is empty")
	}
	if *page.IsTruncated && len(objects) == 0 && page.NextContinuationToken == nil {
		return errors.New("the answer is truncated before its first key, and does not say where it goes on")
	}
	for i := range objects {
		key, err := url.QueryUnescape(objects[i].Key)
		if err != nil {
			return err
		}
		if !strings.HasPrefix(key, prefix) || key <= after {
			return fmt.Errorf("the answer has key %q after %q", key, after)
		}
		objects[i].Key, after = key, key
	}
	return nil
}
