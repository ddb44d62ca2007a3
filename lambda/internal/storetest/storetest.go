// Package storetest is an S3 for the tests of the functions, and what can go wrong with it.
package storetest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"batchjobwithlambda/lambda/internal/store"
	fakes3 "batchjobwithlambda/test/account/s3"
)

// Bucket is the pipeline's bucket, and Inventories the one with its inventories.
const (
	Bucket      = "files"
	Inventories = "inventories"
)

// Serve serves an S3 until the test ends. Its client tries nothing twice.
func Serve(t testing.TB, middleware ...fakes3.Middleware) (store.Store, *fakes3.Store) {
	t.Helper()
	objects := fakes3.NewStore(t.TempDir(), Bucket, Inventories)
	server, err := fakes3.Serve(objects, middleware...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return store.New(s3.New(s3.Options{
		BaseEndpoint: &server.URL, UsePathStyle: true, Region: "eu-north-1", Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		DisableLogOutputChecksumValidationSkipped: true,
	})), objects
}

// Put puts an object and returns its ETag.
func Put(t testing.TB, objects *fakes3.Store, key, content string) string {
	t.Helper()
	object, err := objects.Put(Bucket, key, strings.NewReader(content), nil)
	if err != nil {
		t.Fatal(err)
	}
	return object.ETag
}

// Read returns the content of an object.
func Read(t testing.TB, objects *fakes3.Store, key string) string {
	t.Helper()
	content, err := objects.Read(Bucket, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// Answer lets the handler answer the requests for objects that have the method and
// whose path ends in the suffix; a list is none of them.
func Answer(
	method, suffix string,
	with func(w http.ResponseWriter, r *http.Request, s3 http.Handler),
) fakes3.Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == method && strings.HasSuffix(r.URL.Path, suffix) && !r.URL.Query().Has("list-type") {
				with(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Refuse answers such requests with the status.
func Refuse(method, suffix string, status int) fakes3.Middleware {
	return Answer(method, suffix, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(status) })
}

// Break cuts the answers to such requests for reading after some bytes of content.
func Break(suffix string, after int) fakes3.Middleware {
	return Answer(http.MethodGet, suffix, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		s3.ServeHTTP(&cutWriter{w, after}, r)
	})
}

type cutWriter struct {
	http.ResponseWriter
	left int
}

func (w *cutWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p[:min(len(p), w.left)])
	w.left -= n
	if n < len(p) { // Not after the last byte: the client would take the connection for a good one.
		w.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	return n, err
}
