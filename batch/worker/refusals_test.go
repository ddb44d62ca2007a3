package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// refusal is what S3 answers to one kind of request for one object of three.
type refusal struct {
	request string // As in requestsFor.
	status  int
	code    string
	kind    contract.FailureKind
}

// requestsFor tells the requests for the object b apart.
var requestsFor = map[string]func(*http.Request) bool{
	"GET": getsB,
	"PUT": func(r *http.Request) bool { return putsB(r) && !r.URL.Query().Has("partNumber") },
	"HEAD": func(r *http.Request) bool {
		return r.Method == http.MethodHead && keyOf(r) == "output/b.out"
	},
	"CreateMultipartUpload": func(r *http.Request) bool {
		return r.Method == http.MethodPost && keyOf(r) == "output/b.out" && r.URL.Query().Has("uploads")
	},
	"UploadPart": func(r *http.Request) bool { return putsB(r) && r.URL.Query().Has("partNumber") },
	"CompleteMultipartUpload": func(r *http.Request) bool {
		return r.Method == http.MethodPost && keyOf(r) == "output/b.out" && r.URL.Query().Has("uploadId")
	},
}

// refusals are what S3 says of one object while it allows others ("Error responses", Amazon
// S3 API Reference).
var refusals = []refusal{
	{"GET", 403, "AccessDenied", contract.FailedRefused},
	{"GET", 400, "KMS.DisabledException", contract.FailedRefused},
	{"GET", 400, "KMS.KMSInvalidStateException", contract.FailedRefused},
	{"GET", 400, "KMS.NotFoundException", contract.FailedRefused},
	{"GET", 400, "KMS.InvalidKeyUsageException", contract.FailedRefused},
	{"GET", 403, "KMS.AccessDeniedException", contract.FailedRefused},
	{"GET", 400, "InvalidRequest", contract.FailedRefused},  // A key of the owner's (SSE-C).
	{"GET", 400, "InvalidArgument", contract.FailedRefused}, // Another signature for SSE-KMS.
	{"GET", 405, "MethodNotAllowed", contract.FailedRefused},
	{"GET", 403, "InvalidObjectState", contract.FailedArchived},
	{"GET", 500, "InternalError", contract.FailedS3},
	{"GET", 503, "SlowDown", contract.FailedS3},
	{"GET", 429, "TooManyRequests", contract.FailedS3},
	{"GET", 400, "KMS.DependencyTimeoutException", contract.FailedS3},
	{"HEAD", 500, "", contract.FailedS3},
	{"HEAD", 503, "", contract.FailedS3},
	{"HEAD", 403, "", contract.FailedRefused},
	{"HEAD", 400, "", contract.FailedRefused},
	{"HEAD", 405, "", contract.FailedRefused},
	{"PUT", 403, "AccessDenied", contract.FailedRefused}, // Also an output that is locked.
	{"PUT", 400, "KMS.DisabledException", contract.FailedRefused},
	{"PUT", 400, "KMS.KMSInvalidStateException", contract.FailedRefused},
	{"PUT", 400, "KMS.NotFoundException", contract.FailedRefused},
	{"PUT", 400, "InvalidRequest", contract.FailedRefused},
	{"PUT", 400, "InvalidArgument", contract.FailedRefused},
	{"PUT", 400, "InvalidURI", contract.FailedRefused},
	{"PUT", 400, "KeyTooLongError", contract.FailedRefused},
	{"PUT", 400, "EntityTooLarge", contract.FailedRefused},
	{"PUT", 405, "MethodNotAllowed", contract.FailedRefused},
	{"PUT", 500, "InternalError", contract.FailedS3},
	{"PUT", 503, "ServiceUnavailable", contract.FailedS3},
	{"CreateMultipartUpload", 500, "InternalError", contract.FailedS3},
	{"UploadPart", 500, "InternalError", contract.FailedS3},
	{"CompleteMultipartUpload", 500, "InternalError", contract.FailedS3},
	{"CreateMultipartUpload", 403, "AccessDenied", contract.FailedRefused},
	{"CreateMultipartUpload", 400, "KMS.DisabledException", contract.FailedRefused},
	{"CreateMultipartUpload", 400, "InvalidURI", contract.FailedRefused},
	{"UploadPart", 403, "AccessDenied", contract.FailedRefused},
	{"UploadPart", 400, "KMS.DisabledException", contract.FailedRefused},
	{"UploadPart", 400, "EntityTooLarge", contract.FailedRefused},
	{"CompleteMultipartUpload", 403, "AccessDenied", contract.FailedRefused},
	{"CompleteMultipartUpload", 400, "EntityTooLarge", contract.FailedRefused},
	{"CompleteMultipartUpload", 400, "KMS.KMSInvalidStateException", contract.FailedRefused},
}

func TestWhatS3RefusesOfOneObjectFailsThatObjectAlone(t *testing.T) {
	for _, test := range refusals {
		t.Run(fmt.Sprintf("%s %d %s", test.request, test.status, test.code), func(t *testing.T) {
			matches := requestsFor[test.request]
			var refused atomic.Bool
			j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
				if !matches(r) {
					s3.ServeHTTP(w, r)
					return
				}
				refused.Store(true)
				io.Copy(io.Discard, r.Body)
				answer(w, test.status, test.code)
			}, "copy")
			size := 7
			if strings.Contains(test.request, "Part") || strings.Contains(test.request, "Multipart") {
				size = aPart
			}
			for _, name := range []string{"a", "b", "c"} {
				j.put(name, strings.Repeat("x", size))
			}
			j.putOnly("output/b.out", "made before")
			results := j.finish()
			if !refused.Load() {
				t.Fatal("the request was not made")
			}
			wantOnlyFailure(t, results, test.kind)
			if got := results[1].Reason; test.code != "" && test.kind != contract.FailedArchived && !strings.Contains(got, test.code) {
				t.Errorf("got reason %q, want what S3 said, %s", got, test.code)
			}
			j.wantCleanedUp()
		})
	}
}

// wantOnlyFailure compares the results of three objects, of which only the second failed.
func wantOnlyFailure(t *testing.T, results []contract.Result, kind contract.FailureKind) {
	t.Helper()
	for i, want := range []contract.FailureKind{"", kind, ""} {
		if results[i].Kind != want {
			t.Errorf("got %+v, want the kind %q", results[i], want)
		}
	}
}
