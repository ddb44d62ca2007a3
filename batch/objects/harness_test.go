package objects_test

import (
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/account/s3/s3test"
)

const bucket = "files"

func address(key string) contract.Address { return contract.Address{Bucket: bucket, Key: key} }

func below(prefix string) contract.Location { return contract.Location{Bucket: bucket, Prefix: prefix} }

// serve serves an S3 until the test ends.
func serve(t *testing.T, middleware ...s3.Middleware) (*objects.Client, *s3.Store) {
	t.Helper()
	return s3test.Serve(t, []string{bucket}, middleware...)
}

func put(t *testing.T, store *s3.Store, key, content string) {
	t.Helper()
	s3test.Put(t, store, address(key), content)
}

// wantKind fails the test unless the error is of the kind.
func wantKind(t *testing.T, err error, want objects.Kind) {
	t.Helper()
	if got := objects.KindOf(err); got != want || err == nil {
		t.Errorf("got kind %d of %v, want %d", got, err, want)
	}
}
