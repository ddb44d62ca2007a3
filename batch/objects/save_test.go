package objects_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/test/account/s3"
)

// empty is a file to save to.
func empty(t *testing.T) *os.File {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

func TestALargeObjectIsSavedInPartsAndWhole(t *testing.T) {
	content := large(3)
	client, store := serve(t)
	put(t, store, "key", content)
	stored, _ := store.Get(address("key").Bucket, "key")
	file := empty(t)
	saved, err := client.Save(t.Context(), address("key"), int64(len(content)), file)
	if err != nil {
		t.Fatal(err)
	}
	if saved.ETag != stored.ETag || saved.Modified.IsZero() {
		t.Errorf("got %+v, want the ETag %s and a time", saved, stored.ETag)
	}
	if got, err := os.ReadFile(file.Name()); err != nil || !bytes.Equal(got, []byte(content)) {
		t.Errorf("got %d bytes and %v, want the %d of the object", len(got), err, len(content))
	}
}

func TestPartsOfTwoObjectsAreNeverSavedTogether(t *testing.T) {
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
	_, err := client.Save(t.Context(), address("key"), int64(len(content)), empty(t))
	wantKind(t, err, objects.Changed)
}

func TestAnObjectOfAnotherSizeIsNotSaved(t *testing.T) {
	content := large(1)
	client, store := serve(t)
	put(t, store, "key", content)
	_, err := client.Save(t.Context(), address("key"), int64(len(content)-1), empty(t))
	wantKind(t, err, objects.Changed)
}
