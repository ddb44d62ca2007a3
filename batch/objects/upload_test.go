package objects_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/objects/objectstest"
	"batchjobwithlambda/test/account/s3"
)

// aPart is how many bytes the first part of an upload has.
const aPart = 8 << 20

// wantNothing fails the test if there is an object, or a part of one.
func wantNothing(t *testing.T, store *s3.Store) {
	t.Helper()
	if keys := store.Keys(bucket, ""); len(keys) != 0 {
		t.Errorf("there are %q, want no object", keys)
	}
	if uploads := store.Uploads(bucket); uploads != 0 {
		t.Errorf("there are %d unfinished uploads", uploads)
	}
}

func stream(length int) io.Reader {
	return struct{ io.Reader }{strings.NewReader(strings.Repeat("x", length))}
}

// S3 answers 200 before it knows whether it can do what it was asked.
func TestAnEmptyAnswerToAnUploadIsNoSuccess(t *testing.T) {
	for _, operation := range []string{"uploads", "uploadId"} {
		client, store := serve(t, objectstest.Empty(operation))
		_, err := client.Upload(t.Context(), address("key"), stream(aPart+1), objects.Attributes{})
		wantKind(t, err, objects.Retryable)
		if !strings.Contains(fmt.Sprint(err), "the answer is empty") {
			t.Errorf("%s: got %v, want that the answer is empty", operation, err)
		}
		wantNothing(t, store)
		err = client.Write(t.Context(), address("key"), nil, func(w io.Writer) error {
			_, err := io.Copy(w, stream(aPart+1))
			return err
		})
		wantKind(t, err, objects.Retryable)
		wantNothing(t, store)
	}
}

func TestAnAnswerWithoutAnETagIsNoSuccess(t *testing.T) {
	for _, length := range []int{1, aPart + 1} {
		client, store := serve(t, objectstest.Answer(
			http.MethodPut, "", func(http.ResponseWriter, *http.Request, http.Handler) {}))
		_, err := client.Upload(t.Context(), address("key"), stream(length), objects.Attributes{})
		wantKind(t, err, objects.Retryable)
		wantNothing(t, store)
	}
}

func TestAPartThatCannotBeSentEndsTheUpload(t *testing.T) {
	client, store := serve(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("partNumber") == "2" {
				_, _ = io.Copy(io.Discard, r.Body)
				s3.WriteError(w, r, &s3.Error{Status: http.StatusServiceUnavailable, Code: "SlowDown"})
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	_, err := client.Upload(t.Context(), address("key"), stream(4*aPart), objects.Attributes{})
	wantKind(t, err, objects.Retryable)
	wantNothing(t, store)
}

func TestAnUploadThatIsStoppedLeavesNothing(t *testing.T) {
	for _, part := range []string{"1", "2"} {
		ctx, stop := context.WithCancel(t.Context())
		client, store := serve(t, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r)
				if r.URL.Query().Get("partNumber") == part {
					stop()
				}
			})
		})
		if _, err := client.Upload(ctx, address("key"), stream(4*aPart), objects.Attributes{}); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that it was stopped", err)
		}
		wantNothing(t, store)
	}
}

func TestContentThatFailsIsTheErrorAndLeavesNothing(t *testing.T) {
	broken := errors.New("broken")
	for _, length := range []int{0, 1, aPart, 3*aPart + 1} {
		client, store := serve(t)
		_, err := client.Upload(
			t.Context(),
			address("key"),
			io.MultiReader(stream(length), iotest.ErrReader(broken)),
			objects.Attributes{},
		)
		if !errors.Is(err, broken) || objects.KindOf(err) != objects.None {
			t.Errorf("after %d bytes: got %v, want the content's error", length, err)
		}
		wantNothing(t, store)
	}
}

func TestAFileIsUploadedFromWhereItIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "content")
	for _, length := range []int{0, 1, aPart, 2*aPart + 1} {
		content := strings.Repeat("x", length)
		if err := os.WriteFile(path, []byte("head"+content), 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, err := file.Seek(4, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		client, store := serve(t)
		sent, err := client.Upload(t.Context(), address("key"), file, objects.Attributes{})
		stored, _ := store.Get(bucket, "key")
		if err != nil || sent.Size != int64(length) || sent.ETag != stored.ETag || sent.ETag == "" {
			t.Errorf("got %+v and %v, want %d bytes and the ETag %q", sent, err, length, stored.ETag)
		}
		if got, err := store.Read(bucket, "key"); err != nil || string(got) != content {
			t.Errorf("got %d bytes and %v, want %d", len(got), err, length)
		}
	}
}
