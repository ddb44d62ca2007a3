package objects_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/objects/objectstest"
	"batchjobwithlambda/test/account/s3"
)

// large is as many parts of different bytes, and one byte.
func large(parts int) string {
	content := make([]byte, parts*objects.PartMemory+1)
	rand.NewChaCha8([32]byte{}).Read(content)
	return string(content)
}

// asked lets the handler answer the requests for the parts, counted from 1.
func asked(with func(number int64, w http.ResponseWriter, r *http.Request, s3 http.Handler)) s3.Middleware {
	var number atomic.Int64
	return objectstest.Answer(http.MethodGet, "key", func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		with(number.Add(1), w, r, s3)
	})
}

func TestALargeObjectIsReadInPartsAndWhole(t *testing.T) {
	content := large(3)
	var ranges atomic.Int64
	client, store := serve(t, asked(func(_ int64, w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if r.Header.Get("Range") != "" {
			ranges.Add(1)
		}
		s3.ServeHTTP(w, r)
	}))
	put(t, store, "key", content)
	reader, err := client.GetAhead(t.Context(), address("key"), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	got, err := io.ReadAll(reader)
	if err != nil || !bytes.Equal(got, []byte(content)) {
		t.Errorf("got %d bytes and %v, want the %d of the object", len(got), err, len(content))
	}
	if ranges.Load() != 4 {
		t.Errorf("asked for %d ranges, want 4", ranges.Load())
	}
}

func TestTheNextPartIsAskedForBeforeThisOneIsThere(t *testing.T) {
	content := large(1)
	both := make(chan struct{})
	client, store := serve(t, asked(func(number int64, w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if number == 2 {
			close(both)
		}
		recorded := &heldBody{ResponseWriter: w, until: both}
		s3.ServeHTTP(recorded, r)
	}))
	put(t, store, "key", content)
	reader, err := client.GetAhead(t.Context(), address("key"), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if got, err := io.ReadAll(reader); err != nil || len(got) != len(content) {
		t.Errorf("got %d bytes and %v", len(got), err)
	}
}

// heldBody passes on an answer's header at once, and its body only later.
type heldBody struct {
	http.ResponseWriter
	until <-chan struct{}
}

func (h *heldBody) Write(p []byte) (int, error) {
	h.ResponseWriter.(http.Flusher).Flush()
	<-h.until
	return h.ResponseWriter.Write(p)
}

func TestPartsOfTwoObjectsAreNeverPutTogether(t *testing.T) {
	content := large(1)
	var store *s3.Store
	client, served := serve(t, asked(func(number int64, w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if number == 2 {
			put(t, store, "key", strings.ToUpper(content))
		}
		s3.ServeHTTP(w, r)
	}))
	store = served
	put(t, store, "key", content)
	reader, err := client.GetAhead(t.Context(), address("key"), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	_, err = io.Copy(io.Discard, reader)
	wantKind(t, err, objects.Changed)
}

func TestAnObjectOfAnotherSizeHasChanged(t *testing.T) {
	content := large(1)
	for name, size := range map[string]int{
		"longer":  len(content) - 1,
		"shorter": len(content) + objects.PartMemory,
	} {
		t.Run(name, func(t *testing.T) {
			client, store := serve(t)
			put(t, store, "key", content)
			_, err := client.GetAhead(t.Context(), address("key"), int64(size))
			wantKind(t, err, objects.Changed)
		})
	}
}

func TestAPartThatIsRefusedEndsTheReading(t *testing.T) {
	content := large(2)
	client, store := serve(t, asked(func(number int64, w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if number > 1 {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		s3.ServeHTTP(w, r)
	}))
	put(t, store, "key", content)
	reader, err := client.GetAhead(t.Context(), address("key"), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	n, err := io.Copy(io.Discard, reader)
	wantKind(t, err, objects.Retryable)
	if n != objects.PartMemory {
		t.Errorf("got %d bytes before the error, want the first part", n)
	}
}

func TestALargeObjectThatIsClosedIsNotReadOn(t *testing.T) {
	content := large(1)
	client, store := serve(t, asked(func(_ int64, w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		s3.ServeHTTP(&heldBody{ResponseWriter: w, until: r.Context().Done()}, r) // It never comes.
	}))
	put(t, store, "key", content)
	reader, err := client.GetAhead(t.Context(), address("key"), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := reader.Read(make([]byte, 1))
		ended <- err
	}()
	reader.Close()
	if err := <-ended; !errors.Is(err, fs.ErrClosed) || objects.KindOf(err) != objects.None {
		t.Errorf("got %v, want that it is closed", err)
	}
}
