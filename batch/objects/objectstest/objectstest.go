// Package objectstest is for the tests of whatever reads and writes S3: a client for a
// server of the test's own, and what can go wrong between the two.
package objectstest

import (
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"batchjobwithlambda/batch/objects"
)

// Middleware stands between the client and the server.
type Middleware = func(http.Handler) http.Handler

// NewClient returns a client for the server at the URL. It makes no request twice.
func NewClient(url string) *objects.Client {
	return objects.New(s3.New(s3.Options{
		BaseEndpoint: &url,
		UsePathStyle: true,
		Region:       "eu-north-1",
		Retryer:      aws.NopRetryer{},
		Credentials:  credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		// A range has no checksum: a line for each would bury the others.
		DisableLogOutputChecksumValidationSkipped: true,
	}), objects.Options{})
}

// Answer has the handler answer the requests for objects that have the method and
// whose path ends in the suffix. Lists are not among them.
func Answer(
	method, suffix string,
	with func(w http.ResponseWriter, r *http.Request, s3 http.Handler),
) Middleware {
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

// Refuse answers such requests with the status, once it has heard all of them.
func Refuse(method, suffix string, status int) Middleware {
	return Answer(method, suffix, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
	})
}

// Empty answers a kind of requests 200 without a body, and does nothing: "uploads" begin
// an upload in parts, and "uploadId" completes it.
func Empty(parameter string) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPost || !r.URL.Query().Has(parameter) {
				next.ServeHTTP(w, r)
			}
		})
	}
}

// Break cuts the answers to such requests for reading after some bytes of content.
func Break(suffix string, after int) Middleware {
	return Answer(http.MethodGet, suffix, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		s3.ServeHTTP(&cutWriter{w, after}, r)
	})
}

// cutWriter breaks the connection after some bytes.
type cutWriter struct {
	http.ResponseWriter
	rest int
}

func (w *cutWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p[:min(len(p), w.rest)])
	w.rest -= n
	if n < len(p) { // Not after the last byte: the client would take the connection for a good one.
		w.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	return n, err
}
