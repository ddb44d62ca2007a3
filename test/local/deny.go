package main

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"batchjobwithlambda/batch/contract"
)

// denial has S3 refuse to let anybody read some objects, as the policy of a bucket or of a key
// may: so that a run has something that fails.
type denial struct {
	// glob is over the keys below the input prefix; empty for none.
	glob  string
	input contract.Location
}

func (d *denial) refuse(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, isInput := strings.CutPrefix(r.URL.Path, "/"+d.input.Bucket+"/"+d.input.Prefix)
		if d.glob == "" || !isInput || r.Method != http.MethodGet || !doublestar.MatchUnvalidated(d.glob, name) {
			next.ServeHTTP(w, r)
			return
		}
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")
	})
}
