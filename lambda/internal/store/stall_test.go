package store

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
)

func TestAConnectionThatStallsIsTakenUpWhereItStalled(t *testing.T) {
	s3 := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("Range") == "" {
			w.Header().Set("Content-Length", "7")
			io.WriteString(w, "cont")
			w.(http.Flusher).Flush()
			<-r.Context().Done() // The rest never comes.
			return
		}
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader("content"))
	}))
	defer s3.Close()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": s3.URL, "AWS_REGION": "eu-north-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
		"AWS_CONFIG_FILE": "none", "AWS_SHARED_CREDENTIALS_FILE": "none", "AWS_CA_BUNDLE": "",
	} {
		t.Setenv(name, value)
	}
	store, err := open(t.Context(), 300*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	body, err := store.Get(t.Context(), contract.Address{Bucket: "files", Key: "key"})
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if got, err := io.ReadAll(body); err != nil || string(got) != "content" {
		t.Errorf("got %q and %v, want all of it", got, err)
	}
}
