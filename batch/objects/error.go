package objects

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"batchjobwithlambda/batch/contract"
)

// Error is an error of S3, or of the way to it.
type Error struct {
	// Doing is what was done: get, head, list, write, or write with tags.
	Doing string
	// Address is of the object, or of the prefix that was listed.
	Address contract.Address
	Kind    Kind
	// Err is what S3 or the SDK said.
	Err error
}

// permissions are what it takes to do something. S3 says so itself only about buckets of the
// caller's own account ("Troubleshoot access denied (403 Forbidden) errors in Amazon S3", Amazon
// S3 User Guide).
var permissions = map[string]string{
	"get":             "s3:GetObject",
	"head":            "s3:GetObject",
	"list":            "s3:ListBucket",
	"write":           "s3:PutObject",
	"write with tags": "s3:PutObject and s3:PutObjectTagging",
}

func (e *Error) Error() string {
	answer, ok := errors.AsType[smithy.APIError](e.Err)
	text := e.Err.Error()
	if _, whole := e.Err.(*smithy.OperationError); whole && ok {
		// Not what the SDK says around it: the ids of the request make of failures alike reasons that differ.
		text = answer.ErrorCode() + ": " + answer.ErrorMessage()
	}
	switch {
	case !ok:
	case isDenied(answer.ErrorCode()) && !strings.Contains(text, "is not authorized to perform"):
		text += ": it takes " + permissions[e.Doing]
	case isElsewhere(answer.ErrorCode()):
		text += ": the buckets of a pipeline are in the region of its stack"
	}
	// What went wrong is first, for those who see only the beginning.
	return fmt.Sprintf("%s (%s %s)", text, e.Doing, e.Address)
}

// isElsewhere reports whether the code says that the bucket is in another region ("Error
// responses", Amazon S3 API Reference).
func isElsewhere(code string) bool {
	return code == "PermanentRedirect" || code == "AuthorizationHeaderMalformed" ||
		code == "IllegalLocationConstraintException"
}

// isDenied reports whether the code says that a permission is missing. An answer to HEAD has no
// code, and then the SDK takes its status for one.
func isDenied(code string) bool { return code == "AccessDenied" || code == "Forbidden" }

// Unwrap returns what S3 or the SDK said.
func (e *Error) Unwrap() error { return e.Err }

// Kind is what an error means for the object.
type Kind int

const (
	// None is the kind of an error that has nothing to do with S3.
	None Kind = iota
	// Retryable says nothing about the object: another attempt may succeed. S3 could not
	// be reached, was busy, answered something else than it was asked, or refuses
	// everything.
	Retryable
	// NotFound says that there is no such object.
	NotFound
	// Changed says that the object was replaced while it was read.
	Changed
	// Archived says that the object has to be restored before it can be read.
	Archived
	// Refused says that S3 refuses this object, which is there if it was to be read. Other
	// objects may be fine: it may be encrypted with a key that the caller may not use.
	Refused
	// OutOfRange says that the object has fewer bytes than were asked for.
	OutOfRange
	// TooLarge says that the content has more bytes than can be written.
	TooLarge
)

// KindOf returns what the error means for the object.
func KindOf(err error) Kind {
	if failed, ok := errors.AsType[*Error](err); ok {
		return failed.Kind
	}
	return None
}

// errEmpty is an answer that lacks what every answer of S3 has. S3 says 200 before it
// knows whether an upload can be completed ("CompleteMultipartUpload", Amazon S3 API
// Reference), and the SDK takes an answer without a body for one without content.
var errEmpty = errors.New("the answer is empty")

// readError returns the error of a request that reads the object.
func (c *Client) readError(ctx context.Context, doing string, address contract.Address, err error) error {
	failed := newError(doing, address, err)
	if archived, ok := errors.AsType[*types.InvalidObjectState](err); ok {
		failed.Kind = Archived
		failed.Err = fmt.Errorf("the object is in the storage class %s and has to be restored first", archived.StorageClass)
		return failed
	}
	if code := status(err); code != http.StatusForbidden && code != http.StatusNotFound {
		return failed
	}
	exists, listErr := c.Exists(ctx, address)
	switch {
	case listErr != nil: // Nothing works, so it says nothing about the object.
		failed.Kind, failed.Err = Retryable, errors.Join(err, listErr)
	case !exists:
		failed.Kind = NotFound
	}
	return failed
}

// newError returns the error of a request with the kind that its code has.
func newError(doing string, address contract.Address, err error) *Error {
	kind := Retryable
	if answer, ok := errors.AsType[smithy.APIError](err); ok && refuses(answer.ErrorCode()) {
		kind = Refused
	}
	return &Error{Doing: doing, Address: address, Kind: kind, Err: err}
}

// refuses reports whether the code may be about one object alone ("Error responses",
// Amazon S3 API Reference). An answer to HEAD has no code, and then the SDK takes its
// status for one.
func refuses(code string) bool {
	switch code {
	case "InvalidRequest", "InvalidArgument", "BadRequest", // Such as an object with a key of its owner's (SSE-C).
		"InvalidURI", "KeyTooLongError", "MetadataTooLarge", "EntityTooLarge", "MethodNotAllowed":
		return true
	}
	_, busy := busyKMS[code]
	return isDenied(code) || strings.HasPrefix(code, "KMS.") && !busy
}

// status is the HTTP status that S3 answered with, or 0 if there was no answer.
func status(err error) int {
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		return response.HTTPStatusCode()
	}
	return 0
}
