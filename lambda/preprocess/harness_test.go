package main

import (
	"net/http"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/account/s3/s3test"
)

// The input and the files of runs are in different buckets.
const (
	inputBucket     = "files"
	runBucket       = "workspace"
	inventoryBucket = "inventories"
)

// addressOf is the address of the object with the key.
func addressOf(key string) contract.Address {
	if strings.HasPrefix(key, "runs/") {
		return contract.Address{Bucket: runBucket, Key: key}
	}
	return contract.Address{Bucket: inputBucket, Key: key}
}

// serve serves an S3 until the test ends.
func serve(t testing.TB, middleware ...s3.Middleware) (*objects.Client, *s3.Store) {
	t.Helper()
	return s3test.Serve(t, []string{inputBucket, runBucket, inventoryBucket}, middleware...)
}

// onLists answers lists of the keys below the prefix.
func onLists(prefix string, answer func(rw http.ResponseWriter, r *http.Request, s3 http.Handler)) s3.Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("prefix") == prefix {
				answer(rw, r, next)
				return
			}
			next.ServeHTTP(rw, r)
		})
	}
}

// countLists counts lists of the keys below the prefix.
func countLists(prefix string, lists *int) s3.Middleware {
	return onLists(prefix, func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
		*lists++
		s3.ServeHTTP(rw, r)
	})
}

// put puts an object and returns its ETag.
func put(t testing.TB, store *s3.Store, key, content string) string {
	t.Helper()
	return s3test.Put(t, store, addressOf(key), content)
}

// read returns the content of an object.
func read(t testing.TB, store *s3.Store, key string) string {
	t.Helper()
	return s3test.Read(t, store, addressOf(key))
}
