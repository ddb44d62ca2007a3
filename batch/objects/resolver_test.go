package objects_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

func TestEachRequestIsSignedForTheRegionOfItsBucketAndPaidForWhereTheRequesterHasTo(t *testing.T) {
	var region, payer string
	s3 := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
		region = strings.Split(scope, "/")[2]
		payer = r.Header.Get("X-Amz-Request-Payer")
	}))
	defer s3.Close()
	client := openWith(t, s3, objects.Options{Buckets: contract.Buckets{
		"distant": {Region: "us-west-2"},
		"open":    {RequesterPays: true},
	}})
	for _, test := range []struct{ bucket, region, payer string }{
		{"near", "eu-north-1", ""},
		{"distant", "us-west-2", ""},
		{"open", "eu-north-1", "requester"},
	} {
		address := contract.Address{Bucket: test.bucket, Key: "key"}
		for operation, request := range map[string]func() error{
			"HEAD": func() error { _, _, err := client.Head(t.Context(), address); return err },
			"PUT":  func() error { return client.Put(t.Context(), address, nil) },
		} {
			if err := request(); err != nil || region != test.region || payer != test.payer {
				t.Errorf("%s of %s: got %v in the region %q with the payer %q, want %q and %q",
					operation, test.bucket, err, region, payer, test.region, test.payer)
			}
		}
	}
}
