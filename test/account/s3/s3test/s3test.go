// Package s3test serves an S3 to a test.
package s3test

import (
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/objects/objectstest"
	"batchjobwithlambda/test/account/s3"
)

// Serve serves an S3 with the buckets until the test ends, and returns a client of it.
func Serve(t testing.TB, buckets []string, middleware ...s3.Middleware) (*objects.Client, *s3.Store) {
	t.Helper()
	store := s3.NewStore(t.TempDir(), buckets...)
	server, err := s3.Serve(store, middleware...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return objectstest.NewClient(server.URL), store
}

// Put puts an object and returns its ETag.
func Put(t testing.TB, store *s3.Store, address contract.Address, content string) string {
	t.Helper()
	object, err := store.Put(address.Bucket, address.Key, strings.NewReader(content), nil)
	if err != nil {
		t.Fatal(err)
	}
	return object.ETag
}

// Read returns the content of an object.
func Read(t testing.TB, store *s3.Store, address contract.Address) string {
	t.Helper()
	content, err := store.Read(address.Bucket, address.Key)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
