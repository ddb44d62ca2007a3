package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"

	"batchjobwithlambda/batch/contract"
)

// atOnce is how many requests to S3 are under way.
const atOnce = 16

// upload puts n small objects below the input, and returns the prefix that a run names to
// take only them. They and their outputs are removed in the end.
func (h *hour) upload(ctx context.Context, folder string, n int) (prefix string, err error) {
	prefix = h.name + "/" + folder + "/"
	for _, location := range []contract.Location{h.input, h.output} {
		h.later("remove "+location.Address(prefix).String(), func(ctx context.Context) error {
			return h.remove(ctx, location.Address(prefix))
		})
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range n {
		group.Go(func() error {
			address := h.input.Address(fmt.Sprintf("%s%04d.txt", prefix, i))
			_, err := h.files.PutObject(ctx, &s3.PutObjectInput{
				Bucket: &address.Bucket,
				Key:    &address.Key,
				Body:   strings.NewReader(fmt.Sprintf("object %d of %s\n", i, prefix)),
			})
			return err
		})
	}
	return prefix, group.Wait()
}

// remove deletes every object whose key begins with that of the address.
func (h *hour) remove(ctx context.Context, below contract.Address) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	pages := s3.NewListObjectsV2Paginator(h.files, &s3.ListObjectsV2Input{
		Bucket: &below.Bucket,
		Prefix: &below.Key,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, object := range page.Contents {
			group.Go(func() error {
				_, err := h.files.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &below.Bucket, Key: object.Key})
				return err
			})
		}
	}
	return group.Wait()
}
