package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
)

// The repository lets in nobody but the role.
func TestAnAssemblyIsPushedToTheRepositoryThatItsManifestNames(t *testing.T) {
	b := newBench(t)
	open, err := url.Parse("http://" + b.host)
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(open)
	guarded := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "AWS" || password != "ROLE" {
			w.Header().Set("WWW-Authenticate", "Basic")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(guarded.Close)
	newAWS(t, guarded.URL)
	b.write(t, "manifest.json",
		`{"artifacts": {"a": {"type": "cdk:asset-manifest", "properties": {"file": "a.assets.json"}}}}`)
	b.write(t, "a.assets.json", `{"dockerImages": {"1": {
		"displayName": "Job/Image",
		"source": {"directory": "asset.1", "platform": "linux/arm64"},
		"destinations": {"here": {
			"repositoryName": "assets-${AWS::AccountId}-${AWS::Region}",
			"imageTag": "1",
			"assumeRoleArn": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/images"
		}}
	}}}`)
	if err := run(t.Context(), b.folder, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !b.has(t, "assets-111122223333-cn-north-1:1") {
		t.Error("got no image, want one")
	}
}
