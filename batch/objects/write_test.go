package objects_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"

	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/objects/objectstest"
)

func TestAnObjectOfAnyLengthIsWritten(t *testing.T) {
	client, store := serve(t)
	for _, length := range []int{0, 1, 8 << 20, 8<<20 + 1, 25 << 20} {
		content := bytes.Repeat([]byte("0123456789abcdef"), length/16+1)[:length]
		err := client.Write(t.Context(), address("key"), map[string]string{"started": "now"}, func(w io.Writer) error {
			_, err := io.Copy(w, readerOnly{bytes.NewReader(content)})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := store.Read(bucket, "key"); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes: got %d and %v", length, len(got), err)
		}
		if _, metadata, err := client.Head(t.Context(), address("key")); err != nil || metadata["started"] != "now" {
			t.Errorf("%d bytes: got metadata %v and %v", length, metadata, err)
		}
	}
}

// readerOnly hides that the reader could write itself in one go.
type readerOnly struct{ io.Reader }

func TestAnObjectWhoseWritingFailedIsNotThere(t *testing.T) {
	for _, length := range []int{0, 1, 20 << 20} {
		for _, failure := range []error{errors.New("no more"), io.EOF} {
			client, store := serve(t)
			err := client.Write(t.Context(), address("key"), nil, func(w io.Writer) error {
				w.Write(make([]byte, length))
				return failure
			})
			if !errors.Is(err, failure) {
				t.Errorf("%d bytes: got %v, want %v", length, err, failure)
			}
			if _, ok := store.Get(bucket, "key"); ok {
				t.Errorf("%d bytes, then %v: it is there", length, failure)
			}
			if left := store.Uploads(bucket); left != 0 {
				t.Errorf("%d bytes, then %v: %d uploads were left unfinished", length, failure, left)
			}
		}
	}
}

func TestWritingEndsWhenS3RefusesIt(t *testing.T) {
	client, _ := serve(t, objectstest.Refuse(http.MethodPut, "key", http.StatusForbidden))
	err := client.Write(t.Context(), address("key"), nil, func(w io.Writer) error {
		for {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return err
			}
		}
	})
	wantKind(t, err, objects.Refused)
	if err := client.Put(t.Context(), address("key"), nil); err == nil {
		t.Error("want an error of a small object, too")
	}
}
