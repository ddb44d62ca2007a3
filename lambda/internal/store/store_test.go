package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/lambda/internal/store"
	"batchjobwithlambda/test/fakes3"
)

const bucket = "files"

// serve returns an S3 with the keys, each the content of its object.
func serve(t *testing.T, keys []string, middleware ...fakes3.Middleware) (store.Store, *fakes3.Store) {
	t.Helper()
	objects := fakes3.NewStore(t.TempDir(), bucket)
	for _, key := range keys {
		if _, err := objects.Put(bucket, key, strings.NewReader(key), nil); err != nil {
			t.Fatal(err)
		}
	}
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

func address(key string) contract.Address { return contract.Address{Bucket: bucket, Key: key} }

// answering lets every request with the method be answered by the handler.
func answering(method string, with func(http.ResponseWriter, *http.Request, http.Handler)) fakes3.Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == method && !r.URL.Query().Has("list-type") {
				with(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func TestObjectsAreListedInOrderWhateverTheirKeys(t *testing.T) {
	keys := []string{
		"in/", "in/\x01", "in/\n", "in/ ", "in/+", "in/%41", "in/..", "in//", "in/<&>", "in/a b", "in/é", "in/\u2028", "in/😀",
	}
	for i := range 1001 { // More than a page.
		keys = append(keys, fmt.Sprintf("in/many/%04d", i))
	}
	s, _ := serve(t, append([]string{"a", "z"}, keys...))
	var got []string
	for object, err := range s.List(t.Context(), address("in/")) {
		if err != nil {
			t.Fatal(err)
		}
		if object.Size != int64(len(object.Key)) || object.ETag == "" || strings.Contains(object.ETag, `"`) {
			t.Errorf("got %+v, want its size and its ETag without quotes", object)
		}
		got = append(got, object.Key)
	}
	slices.Sort(keys)
	if !slices.Equal(got, keys) {
		t.Errorf("got %q, want %q", got, keys)
	}
}

func TestAnObjectIsMissingOnlyIfItIsNotListed(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound} {
		refuse := func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(status) }
		s, _ := serve(t, []string{"there", "not there, but longer"}, answering(http.MethodGet, refuse), answering(http.MethodHead, refuse))
		for _, test := range []struct {
			key     string
			missing bool
		}{{"there", false}, {"not there", true}, {"nowhere", true}} {
			_, getErr := s.Get(t.Context(), address(test.key))
			_, _, headErr := s.Head(t.Context(), address(test.key))
			for _, err := range []error{getErr, headErr} {
				if _, ok := errors.AsType[*store.Error](err); !ok || errors.Is(err, fs.ErrNotExist) != test.missing {
					t.Errorf("%d for %q: got %v, want missing = %v", status, test.key, err, test.missing)
				}
			}
		}
	}
}

// breaking cuts every answer to a GET after a few bytes.
func breaking(after int) fakes3.Middleware {
	return answering(http.MethodGet, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(&cutWriter{w, after}, r)
	})
}

type cutWriter struct {
	http.ResponseWriter
	left int
}

func (w *cutWriter) Write(p []byte) (int, error) {
	n, _ := w.ResponseWriter.Write(p[:min(len(p), w.left)])
	if w.left -= n; w.left == 0 {
		w.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	return n, nil
}

func TestReadingGoesOnWhereTheConnectionBroke(t *testing.T) {
	content := strings.Repeat("0123456789", 30)
	s, _ := serve(t, []string{content}, breaking(7))
	whole, err := s.Get(t.Context(), address(content))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(whole); err != nil || string(got) != content {
		t.Errorf("got %q and %v, want all of it", got, err)
	}
	part, err := s.GetRange(t.Context(), address(content), 95, 50)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(part); err != nil || string(got) != content[95:145] {
		t.Errorf("got %q and %v, want the range", got, err)
	}
}

func TestReadingDoesNotGoOnInAnotherObject(t *testing.T) {
	var objects *fakes3.Store
	var requests atomic.Int32
	replace := answering(http.MethodGet, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if requests.Add(1) == 2 {
			objects.Put(bucket, "key", strings.NewReader("KEY"), nil)
		}
		next.ServeHTTP(w, r)
	})
	s, objects := serve(t, []string{"key"}, replace, breaking(1))
	body, err := s.Get(t.Context(), address("key"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(body)
	if _, ok := errors.AsType[*store.Error](err); !ok || string(got) != "k" {
		t.Errorf("got %q and %v, want what was read before it was replaced, and an error", got, err)
	}
}

func TestReadingGivesUpWhenNoByteComesAnyMore(t *testing.T) {
	var requests atomic.Int32
	s, _ := serve(t, []string{"key"}, answering(http.MethodGet, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		requests.Add(1)
		w.Header().Set("Content-Length", "3")
		w.Header().Set("Content-Range", "bytes 0-2/3")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}))
	body, err := s.Get(t.Context(), address("key"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(body)
	if _, ok := errors.AsType[*store.Error](err); !ok || len(got) != 0 {
		t.Errorf("got %q and %v, want an error", got, err)
	}
	if requests.Load() > 10 {
		t.Errorf("asked %d times", requests.Load())
	}
}

func TestAnObjectOfAnyLengthIsWritten(t *testing.T) {
	s, objects := serve(t, nil)
	for _, length := range []int{0, 1, 8 << 20, 8<<20 + 1, 40 << 20} {
		content := bytes.Repeat([]byte("0123456789abcdef"), length/16+1)[:length]
		err := s.Write(t.Context(), address("key"), map[string]string{"started": "now"}, func(w io.Writer) error {
			_, err := io.Copy(w, readerOnly{bytes.NewReader(content)})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := objects.Read(bucket, "key"); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes: got %d and %v", length, len(got), err)
		}
		if _, metadata, err := s.Head(t.Context(), address("key")); err != nil || metadata["started"] != "now" {
			t.Errorf("%d bytes: got metadata %v and %v", length, metadata, err)
		}
	}
}

// readerOnly hides that the reader could write itself in one go.
type readerOnly struct{ io.Reader }

func TestAnObjectWhoseWritingFailedIsNotThere(t *testing.T) {
	for _, length := range []int{0, 1, 20 << 20} {
		for _, failure := range []error{errors.New("no more"), io.EOF} {
			s, objects := serve(t, nil)
			err := s.Write(t.Context(), address("key"), nil, func(w io.Writer) error {
				w.Write(make([]byte, length))
				return failure
			})
			if !errors.Is(err, failure) {
				t.Errorf("%d bytes: got %v, want %v", length, err, failure)
			}
			if _, ok := objects.Get(bucket, "key"); ok {
				t.Errorf("%d bytes, then %v: it is there", length, failure)
			}
			if left := objects.Uploads(bucket); left != 0 {
				t.Errorf("%d bytes, then %v: %d uploads were left unfinished", length, failure, left)
			}
		}
	}
}

func TestWritingEndsWhenS3RefusesIt(t *testing.T) {
	s, _ := serve(t, nil, answering(http.MethodPut, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.WriteHeader(http.StatusForbidden)
	}))
	err := s.Write(t.Context(), address("key"), nil, func(w io.Writer) error {
		for {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return err
			}
		}
	})
	if _, ok := errors.AsType[*store.Error](err); !ok {
		t.Errorf("got %v, want trouble with S3", err)
	}
	if err := s.Put(t.Context(), address("key"), nil); err == nil {
		t.Error("want an error of a small object, too")
	}
}
