package main

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"testing"
)

// What is compressed in S3 stays so: only its owner knows whether the command wants it unpacked.
func TestAnInputWithAContentEncodingReachesTheCommandAsStored(t *testing.T) {
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	if _, err := writer.Write([]byte("content")); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if r.Method == http.MethodGet && keyOf(r) == "input/a" {
			w.Header().Set("Content-Encoding", "gzip")
		}
		s3.ServeHTTP(w, r)
	}, "upper")
	j.command = []string{"cat"}
	j.put("a", packed.String())
	j.wantResults(done("a", int64(packed.Len()), int64(packed.Len())))
	j.wantOutput("a", packed.String())
}
