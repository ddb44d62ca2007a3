package objects_test

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/objects/objectstest"
	"batchjobwithlambda/test/account/s3"
)

func TestReadingGoesOnWhereTheConnectionBroke(t *testing.T) {
	content := strings.Repeat("0123456789", 30)
	client, store := serve(t, objectstest.Break("key", 7))
	put(t, store, "key", content)
	whole, err := client.Get(t.Context(), address("key"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(whole); err != nil || string(got) != content {
		t.Errorf("got %q and %v, want all of it", got, err)
	}
	part, err := client.GetRange(t.Context(), address("key"), 95, 50)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(part); err != nil || string(got) != content[95:145] {
		t.Errorf("got %q and %v, want the range", got, err)
	}
}

func TestReadingDoesNotGoOnInAnotherObject(t *testing.T) {
	var store *s3.Store
	var requests atomic.Int32
	replace := objectstest.Answer(http.MethodGet, "key", func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if requests.Add(1) == 2 {
			put(t, store, "key", "KEY")
		}
		s3.ServeHTTP(w, r)
	})
	client, served := serve(t, replace, objectstest.Break("key", 1))
	store = served
	put(t, store, "key", "key")
	body, err := client.Get(t.Context(), address("key"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(body)
	if string(got) != "k" {
		t.Errorf("got %q, want what was read before it was replaced", got)
	}
	wantKind(t, err, objects.Changed)
}

func TestReadingGivesUpWhenNoByteComesAnyMore(t *testing.T) {
	var requests atomic.Int32
	client, _ := serve(
		t,
		objectstest.Answer(http.MethodGet, "key", func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			requests.Add(1)
			w.Header().Set("Content-Length", "3")
			w.Header().Set("ETag", `"1"`)
			if r.Header.Get("Range") != "" {
				w.Header().Set("Content-Range", "bytes 0-2/3")
			}
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}),
	)
	body, err := client.Get(t.Context(), address("key"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(body)
	if len(got) != 0 {
		t.Errorf("got %q, want nothing", got)
	}
	wantKind(t, err, objects.Retryable)
	if got := requests.Load(); got != 6 {
		t.Errorf("asked %d times, want 6", got)
	}
}

func TestAnAnswerThatIsNotWhatWasAskedForIsAnError(t *testing.T) {
	ranged := func(bytes string) s3.Middleware {
		return objectstest.Answer(http.MethodGet, "key", func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
			r.Header.Set("Range", bytes)
			s3.ServeHTTP(w, r)
		})
	}
	whole := objectstest.Answer(http.MethodGet, "key", func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		r.Header.Del("Range")
		s3.ServeHTTP(w, r)
	})
	for name, test := range map[string]struct {
		fault          s3.Middleware
		offset, length int64 // All of it if there is no length.
	}{
		"a part for the whole": {ranged("bytes=0-3"), 0, 0},
		"the whole for a part": {whole, 2, 3},
		"another part":         {ranged("bytes=3-5"), 2, 3},
		"less":                 {ranged("bytes=2-3"), 2, 3},
		"more":                 {ranged("bytes=2-5"), 2, 3},
	} {
		client, store := serve(t, test.fault)
		put(t, store, "key", "0123456789")
		var err error
		if test.length == 0 {
			_, err = client.Get(t.Context(), address("key"))
		} else {
			_, err = client.GetRange(t.Context(), address("key"), test.offset, test.length)
		}
		if objects.KindOf(err) != objects.Retryable {
			t.Errorf("%s: got %v, want an error of S3", name, err)
		}
	}
}

func TestAnObjectThatIsShorterThanWhatIsAskedForIsOutOfRange(t *testing.T) {
	client, store := serve(t)
	put(t, store, "key", "0123456789")
	for _, test := range []struct{ first, length int64 }{{0, 11}, {9, 2}, {10, 1}, {99, 5}} {
		_, err := client.GetRange(t.Context(), address("key"), test.first, test.length)
		wantKind(t, err, objects.OutOfRange)
	}
}

func TestReadingDoesNotGoOnInAnObjectOfWhichNobodyKnowsWhetherItIsTheSame(t *testing.T) {
	var requests atomic.Int32
	client, _ := serve(t, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			requests.Add(1)
			w.Header().Set("Content-Length", "3")
			io.WriteString(w, "k")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		})
	})
	body, err := client.Get(t.Context(), address("key"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(body)
	if string(got) != "k" || requests.Load() != 1 {
		t.Errorf("got %q by %d requests, want k by one", got, requests.Load())
	}
	wantKind(t, err, objects.Retryable)
}

func TestReadingEndsWhenTheReaderIsClosedAndThatIsNoErrorOfS3(t *testing.T) {
	client, store := serve(t, objectstest.Answer(
		http.MethodGet, "key", func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			w.Header().Set("Content-Length", "3")
			w.Header().Set("ETag", `"1"`)
			w.(http.Flusher).Flush()
			<-r.Context().Done() // It never comes.
		}))
	put(t, store, "key", "key")
	body, err := client.Get(t.Context(), address("key"))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := body.Read(make([]byte, 3))
		ended <- err
	}()
	body.Close()
	if err := <-ended; !errors.Is(err, fs.ErrClosed) || objects.KindOf(err) != objects.None {
		t.Errorf("got %v, want that it is closed", err)
	}
}
