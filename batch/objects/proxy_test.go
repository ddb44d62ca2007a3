package objects_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// A process reads the variables of a proxy once, so this one starts another with them.
func TestARequestGoesByTheProxyThatTheEnvironmentNames(t *testing.T) {
	const bucketHost = "s3.example.invalid"
	if os.Getenv("AWS_ENDPOINT_URL") == "http://"+bucketHost {
		client, err := objects.Open(t.Context(), objects.Options{})
		if err != nil {
			t.Fatal(err)
		}
		// What comes back is the proxy's.
		_, _ = client.Get(t.Context(), contract.Address{Bucket: "bucket", Key: "key"})
		return
	}
	var asked atomic.Bool
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(asked.Load() || r.URL.Host == bucketHost || r.URL.Host == "bucket."+bucketHost)
		w.WriteHeader(http.StatusNotFound)
	}))
	defer proxy.Close()
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	again.Env = append(os.Environ(), "AWS_ENDPOINT_URL=http://"+bucketHost, "http_proxy="+proxy.URL, "no_proxy=169.254.170.2",
		"AWS_REGION=eu-north-1", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret")
	if output, err := again.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if !asked.Load() {
		t.Error("the proxy was not asked for the object")
	}
}
