package objects_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/objects/objectstest"
	"batchjobwithlambda/test/account/s3"
)

// refuse answers requests with the method for the key with an error of S3's.
func refuse(method, key string, status int, code string) s3.Middleware {
	return objectstest.Answer(method, key, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		_, _ = io.Copy(io.Discard, r.Body)
		s3.WriteError(w, r, &s3.Error{Status: status, Code: code})
	})
}

func TestAnObjectIsMissingOnlyIfItIsNotListed(t *testing.T) {
	for status, there := range map[int]objects.Kind{
		http.StatusForbidden: objects.Refused,
		http.StatusNotFound:  objects.Retryable, // It may be there again.
	} {
		client, store := serve(
			t,
			refuse(http.MethodGet, "", status, map[int]string{403: "AccessDenied", 404: "NoSuchKey"}[status]),
			objectstest.Refuse(http.MethodHead, "", status),
		)
		put(t, store, "there", "")
		put(t, store, "not there, but longer", "")
		for key, want := range map[string]objects.Kind{
			"there":     there,
			"not there": objects.NotFound,
			"nowhere":   objects.NotFound,
		} {
			_, getErr := client.Get(t.Context(), address(key))
			wantKind(t, getErr, want)
			_, _, headErr := client.Head(t.Context(), address(key))
			wantKind(t, headErr, want)
		}
	}
}

// S3 does not say it about a bucket of another account.
func TestAnErrorNamesWhatIsMissing(t *testing.T) {
	for code, want := range map[string]map[string]string{
		"AccessDenied": {
			http.MethodGet:  ": it takes s3:GetObject",
			http.MethodPut:  ": it takes s3:PutObject",
			http.MethodHead: ": it takes s3:GetObject",
		},
		"PermanentRedirect": {
			http.MethodGet: ": the buckets of a pipeline are in the region of its stack",
			http.MethodPut: ": the buckets of a pipeline are in the region of its stack",
		},
	} {
		for method, want := range want {
			client, store := serve(t, refuse(method, "key", map[string]int{"AccessDenied": 403, "PermanentRedirect": 301}[code], code))
			put(t, store, "key", "")
			var err error
			switch method {
			case http.MethodGet:
				_, err = client.Get(t.Context(), address("key"))
			case http.MethodHead:
				_, _, err = client.Head(t.Context(), address("key"))
			default:
				err = client.Put(t.Context(), address("key"), nil)
			}
			if err == nil || !strings.Contains(err.Error(), want+" (") {
				t.Errorf("%s %s: got %v, want it to say %q", code, method, err, want)
			}
			if strings.Contains(err.Error(), "RequestID") {
				t.Errorf("%s %s: got %v, want no id of the request: of each failure it is another", code, method, err)
			}
		}
	}
}

func TestARefusalIsTheObjectsOnlyIfAnythingElseWorks(t *testing.T) {
	client, store := serve(t, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s3.WriteError(w, r, &s3.Error{Status: http.StatusForbidden, Code: "AccessDenied"})
		})
	})
	put(t, store, "key", "")
	_, err := client.Get(t.Context(), address("key"))
	wantKind(t, err, objects.Retryable)
}

func TestAnErrorTellsWhatItMeansForTheObject(t *testing.T) {
	for _, test := range []struct {
		status int
		code   string
		get    objects.Kind
		put    objects.Kind
	}{
		{403, "AccessDenied", objects.Refused, objects.Refused},
		{400, "KMS.DisabledException", objects.Refused, objects.Refused},
		{400, "KMS.ThrottlingException", objects.Retryable, objects.Retryable},
		{400, "InvalidRequest", objects.Refused, objects.Refused},
		{400, "EntityTooLarge", objects.Refused, objects.Refused},
		{405, "MethodNotAllowed", objects.Refused, objects.Refused},
		{403, "InvalidObjectState", objects.Archived, objects.Retryable},
		{400, "ExpiredToken", objects.Retryable, objects.Retryable},
		{403, "InvalidAccessKeyId", objects.Retryable, objects.Retryable},
		{403, "RequestTimeTooSkewed", objects.Retryable, objects.Retryable},
		{403, "SignatureDoesNotMatch", objects.Retryable, objects.Retryable},
		{404, "NoSuchBucket", objects.Retryable, objects.Retryable},
		{412, "PreconditionFailed", objects.Retryable, objects.Retryable},
		{429, "TooManyRequests", objects.Retryable, objects.Retryable},
		{500, "InternalError", objects.Retryable, objects.Retryable},
		{503, "SlowDown", objects.Retryable, objects.Retryable},
	} {
		t.Run(fmt.Sprintf("%d %s", test.status, test.code), func(t *testing.T) {
			client, store := serve(
				t,
				refuse(http.MethodGet, "/key", test.status, test.code),
				refuse(http.MethodPut, "/key", test.status, test.code),
			)
			put(t, store, "key", "")
			_, err := client.Get(t.Context(), address("key"))
			wantKind(t, err, test.get)
			wantKind(t, client.Put(t.Context(), address("key"), nil), test.put)
		})
	}
}

func TestAnErrorSaysWhatWasDoneToWhichObject(t *testing.T) {
	client, _ := serve(t)
	_, err := client.Get(t.Context(), address("key"))
	if want := " (get s3://files/key)"; !strings.HasSuffix(fmt.Sprint(err), want) {
		t.Errorf("got %v, want it to end in %q", err, want)
	}
	if objects.KindOf(fmt.Errorf("plan: %w", err)) != objects.NotFound {
		t.Error("the kind is lost when the error is wrapped")
	}
	if objects.KindOf(nil) != objects.None {
		t.Error("no error has a kind")
	}
}
