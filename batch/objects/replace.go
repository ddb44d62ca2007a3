package objects

import (
	"bytes"
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"batchjobwithlambda/batch/contract"
)

// Replace writes an object that is in memory if the object that is there has the ETag, or if there
// is none and the ETag is empty. Otherwise the error is [Changed]. Of several that try at once, one
// succeeds ("Conditional writes", Amazon S3 User Guide).
func (c *Client) Replace(ctx context.Context, address contract.Address, etag string, content []byte) error {
	input := &s3.PutObjectInput{
		Bucket:            &address.Bucket,
		Key:               &address.Key,
		Body:              bytes.NewReader(content),
		ChecksumAlgorithm: checksum,
	}
	if etag == "" {
		input.IfNoneMatch = aws.String("*")
	} else {
		input.IfMatch = aws.String(`"` + etag + `"`)
	}
	answer, err := c.s3.PutObject(ctx, input)
	if err == nil && aws.ToString(answer.ETag) == "" {
		err = errEmpty
	}
	if err == nil {
		return nil
	}
	failed := newError("write", address, err)
	// 409 if somebody else was writing at the same time, and 404 if the object was deleted.
	switch status(err) {
	case http.StatusPreconditionFailed, http.StatusConflict, http.StatusNotFound:
		failed.Kind = Changed
	}
	return failed
}
