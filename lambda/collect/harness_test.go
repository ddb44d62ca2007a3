package main

import (
	"strings"
	"testing"

	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/objects/objectstest"
	"batchjobwithlambda/test/account/s3"
)

// The input and the files of runs are in different buckets.
const (
	inputBucket = "files"
	runBucket   = "workspace"
)

// bucketOf is the bucket of the object with the key.
func bucketOf(key string) string {
	if strings.HasPrefix(key, "runs/") {
		return runBucket
	}
	return inputBucket
}

// serve serves an S3 until the test ends.
func serve(t testing.TB, middleware ...s3.Middleware) (*objects.Client, *s3.Store) {
	t.Helper()
	store := s3.NewStore(t.TempDir(), inputBucket, runBucket)
	server, err := s3.Serve(store, middleware...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return objectstest.NewClient(server.URL), store
}

// put puts an object and returns its ETag.
func put(t testing.TB, store *s3.Store, key, content string) string {
	t.Helper()
	object, err := store.Put(bucketOf(key), key, strings.NewReader(content), nil)
	if err != nil {
		t.Fatal(err)
	}
	return object.ETag
}

// read returns the content of an object.
func read(t testing.TB, store *s3.Store, key string) string {
	t.Helper()
	content, err := store.Read(bucketOf(key), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
