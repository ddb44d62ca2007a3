package objects_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/batch/objects"
)

const stallLimit = 300 * time.Millisecond

// openFor opens a client for the server as the programs do.
func openFor(t *testing.T, s3 *httptest.Server) *objects.Client {
	t.Helper()
	return openWith(t, s3, objects.Options{StallLimit: stallLimit})
}

func openWith(t *testing.T, s3 *httptest.Server, options objects.Options) *objects.Client {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL":            s3.URL,
		"AWS_REGION":                  "eu-north-1",
		"AWS_ACCESS_KEY_ID":           "AKIDEXAMPLE",
		"AWS_SECRET_ACCESS_KEY":       "secret",
		"AWS_MAX_ATTEMPTS":            "1",
		"AWS_CONFIG_FILE":             "none",
		"AWS_SHARED_CREDENTIALS_FILE": "none",
		"AWS_CA_BUNDLE":               "",
	} {
		t.Setenv(name, value)
	}
	client, err := objects.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

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
	body, err := openFor(t, s3).Get(t.Context(), address("key"))
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if got, err := io.ReadAll(body); err != nil || string(got) != "content" {
		t.Errorf("got %q and %v, want all of it", got, err)
	}
}

func TestAnUploadThatIsNeverAnsweredIsRetryable(t *testing.T) {
	s3 := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	defer s3.Close()
	err := openFor(t, s3).Put(t.Context(), address("key"), []byte("content"))
	wantKind(t, err, objects.Retryable)
}
