package objects_test

import (
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/objects/objectstest"
	"batchjobwithlambda/test/account/s3"
)

const bucket = "files"

func address(key string) contract.Address { return contract.Address{Bucket: bucket, Key: key} }

func below(prefix string) contract.Location { return contract.Location{Bucket: bucket, Prefix: prefix} }

// serve serves an S3 until the test ends.
func serve(t *testing.T, middleware ...s3.Middleware) (*objects.Client, *s3.Store) {
	t.Helper()
	store := s3.NewStore(t.TempDir(), bucket)
	server, err := s3.Serve(store, middleware...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return objectstest.NewClient(server.URL), store
}

func put(t *testing.T, store *s3.Store, key, content string) {
	t.Helper()
	if _, err := store.Put(bucket, key, strings.NewReader(content), nil); err != nil {
		t.Fatal(err)
	}
}

// wantKind fails the test unless the error is of the kind.
func wantKind(t *testing.T, err error, want objects.Kind) {
	t.Helper()
	if got := objects.KindOf(err); got != want || err == nil {
		t.Errorf("got kind %d of %v, want %d", got, err, want)
	}
}
