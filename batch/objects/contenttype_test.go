package objects_test

import (
	"net/http"
	"testing"

	"batchjobwithlambda/batch/objects"
)

func TestAnObjectHasTheContentTypeOfItsName(t *testing.T) {
	var got string
	client, _ := serve(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut && !r.URL.Query().Has("partNumber") || r.URL.Query().Has("uploads") {
				got = r.Header.Get("Content-Type")
			}
			next.ServeHTTP(w, r)
		})
	})
	for key, want := range map[string]string{
		"output/a/b.tar.gz": "application/gzip",
		"output/photo.JPG":  "image/jpeg",
		"output/page.html":  "text/html",
		"output/of.json/a":  "application/octet-stream", // The SDK's, as for whatever is not known.
		"output/a.unknown":  "application/octet-stream",
		"output/.gz":        "application/gzip",
	} {
		for _, length := range []int{1, aPart + 1} {
			got = ""
			if _, err := client.Upload(t.Context(), address(key), stream(length), objects.Attributes{}); err != nil {
				t.Fatal(err)
			}
			if other := want == "application/octet-stream" && length > 1; got != want && !other {
				t.Errorf("%s with %d bytes: got %q, want %q", key, length, got, want)
			}
		}
	}
}
