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

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/lambda/internal/store"
	"batchjobwithlambda/lambda/internal/storetest"
	fakes3 "batchjobwithlambda/test/account/s3"
)

const bucket = storetest.Bucket

func address(key string) contract.Address { return contract.Address{Bucket: bucket, Key: key} }

func TestObjectsAreListedInOrderWhateverTheirKeys(t *testing.T) {
	keys := []string{
		"in/", "in/\x01", "in/\n", "in/ ", "in/+", "in/%41", "in/..", "in//", "in/<&>", "in/a b", "in/é", "in/\u2028", "in/😀",
	}
	for i := range 1001 { // More than a page.
		keys = append(keys, fmt.Sprintf("in/many/%04d", i))
	}
	s, objects := storetest.Serve(t)
	for _, key := range append([]string{"a", "z"}, keys...) {
		storetest.Put(t, objects, key, key)
	}
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
		s, objects := storetest.Serve(
			t,
			storetest.Refuse(http.MethodGet, "", status),
			storetest.Refuse(http.MethodHead, "", status),
		)
		storetest.Put(t, objects, "there", "")
		storetest.Put(t, objects, "not there, but longer", "")
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

func TestReadingGoesOnWhereTheConnectionBroke(t *testing.T) {
	content := strings.Repeat("0123456789", 30)
	s, objects := storetest.Serve(t, storetest.Break("key", 7))
	storetest.Put(t, objects, "key", content)
	whole, err := s.Get(t.Context(), address("key"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(whole); err != nil || string(got) != content {
		t.Errorf("got %q and %v, want all of it", got, err)
	}
	part, err := s.GetRange(t.Context(), address("key"), 95, 50)
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
	replace := storetest.Answer(http.MethodGet, "key", func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if requests.Add(1) == 2 {
			storetest.Put(t, objects, "key", "KEY")
		}
		s3.ServeHTTP(w, r)
	})
	s, objects := storetest.Serve(t, replace, storetest.Break("key", 1))
	storetest.Put(t, objects, "key", "key")
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
	s, _ := storetest.Serve(
		t,
		storetest.Answer(http.MethodGet, "key", func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			requests.Add(1)
			w.Header().Set("Content-Length", "3")
			if r.Header.Get("Range") != "" {
				w.Header().Set("Content-Range", "bytes 0-2/3")
			}
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}),
	)
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
	s, objects := storetest.Serve(t)
	for _, length := range []int{0, 1, 8 << 20, 8<<20 + 1, 25 << 20} {
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
			s, objects := storetest.Serve(t)
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
	s, _ := storetest.Serve(t, storetest.Refuse(http.MethodPut, "key", http.StatusForbidden))
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

func TestAnAnswerThatIsNotWhatWasAskedForIsAnError(t *testing.T) {
	ranged := func(bytes string) fakes3.Middleware {
		return storetest.Answer(http.MethodGet, "key", func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
			r.Header.Set("Range", bytes)
			s3.ServeHTTP(w, r)
		})
	}
	whole := storetest.Answer(http.MethodGet, "key", func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		r.Header.Del("Range")
		s3.ServeHTTP(w, r)
	})
	for name, test := range map[string]struct {
		fault          fakes3.Middleware
		offset, length int64 // All of it if there is no length.
	}{
		"a part for the whole": {ranged("bytes=0-3"), 0, 0},
		"the whole for a part": {whole, 2, 3},
		"another part":         {ranged("bytes=3-5"), 2, 3},
		"less":                 {ranged("bytes=2-3"), 2, 3},
		"more":                 {ranged("bytes=2-5"), 2, 3},
	} {
		s, objects := storetest.Serve(t, test.fault)
		storetest.Put(t, objects, "key", "0123456789")
		var err error
		if test.length == 0 {
			_, err = s.Get(t.Context(), address("key"))
		} else {
			_, err = s.GetRange(t.Context(), address("key"), test.offset, test.length)
		}
		if _, ok := errors.AsType[*store.Error](err); !ok {
			t.Errorf("%s: got %v, want an error", name, err)
		}
	}
}

func TestAnAnswerWithoutAListIsNoListWithoutKeys(t *testing.T) {
	s, objects := storetest.Serve(t, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	})
	storetest.Put(t, objects, "key", "")
	if first, err := s.First(t.Context(), address("key")); err == nil {
		t.Errorf("got %q as the first key, want an error", first)
	}
	for object, err := range s.List(t.Context(), address("key")) {
		if _, ok := errors.AsType[*store.Error](err); ok {
			return
		}
		t.Errorf("got %+v and %v, want an error", object, err)
	}
	t.Error("got an empty list, want an error")
}
