package s3

import (
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"batchjobwithlambda/test/account/iam"
)

const (
	reader = "arn:aws:iam::111122223333:role/reader"
	lister = "arn:aws:iam::111122223333:role/lister"
	writer = "arn:aws:iam::111122223333:role/writer"
)

// guarded is the S3 of an account with a bucket that one role may read and another may
// list, too.
func guarded(t *testing.T) http.Handler {
	t.Helper()
	store := NewStore(t.TempDir(), "bucket")
	if _, err := store.Put("bucket", "input/a", strings.NewReader("text"), nil); err != nil {
		t.Fatal(err)
	}
	read := iam.Statement{
		Effect:   iam.Allow,
		Action:   iam.Values{"s3:GetObject"},
		Resource: iam.Values{"arn:aws:s3:::bucket/input/*"},
	}
	list := iam.Statement{
		Effect:   iam.Allow,
		Action:   iam.Values{"s3:ListBucket"},
		Resource: iam.Values{"arn:aws:s3:::bucket"},
	}
	write := iam.Statement{
		Effect:   iam.Allow,
		Action:   iam.Values{"s3:PutObject"},
		Resource: iam.Values{"arn:aws:s3:::bucket/*"},
	}
	below := list
	below.Condition = iam.Condition{"StringLike": {"s3:prefix": {"input/*"}}}
	guard := &Guard{
		Gate: &iam.Gate{
			Policies: iam.Policies{
				{Kind: iam.OfRole, To: []string{reader}, Statements: []iam.Statement{read, below}},
				{Kind: iam.OfRole, To: []string{lister}, Statements: []iam.Statement{read, list}},
				{Kind: iam.OfRole, To: []string{writer}, Statements: []iam.Statement{write}},
			},
			Observe: func(iam.Access) {},
		},
		Store:   store,
		Callers: map[string]iam.Caller{"reader": {Role: reader}, "lister": {Role: lister}, "writer": {Role: writer}},
	}
	return guard.Refuse(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "served") }))
}

func TestS3RefusesAsItDoesWhatARoleMayNot(t *testing.T) {
	for name, test := range map[string]struct {
		caller, request string
		code            string // Empty if it is served.
	}{
		"an object":            {"reader", "GET /bucket/input/a", ""},
		"an object's metadata": {"reader", "HEAD /bucket/input/a", ""},
		"another object":       {"reader", "GET /bucket/output/a", "AccessDenied"},
		"another bucket":       {"reader", "GET /another/input/a", "AccessDenied"},
		"an object that is gone, without listing":      {"reader", "GET /bucket/input/b", "AccessDenied"},
		"an object that is gone, with listing":         {"lister", "GET /bucket/input/b", ""},
		"a list of what may be listed":                 {"reader", "GET /bucket/?list-type=2&prefix=input%2Fa", ""},
		"a list of what may not":                       {"reader", "GET /bucket/?list-type=2&prefix=output%2F", "AccessDenied"},
		"a list of everything":                         {"reader", "GET /bucket/?list-type=2", "AccessDenied"},
		"writing":                                      {"reader", "PUT /bucket/input/a", "AccessDenied"},
		"beginning an upload":                          {"reader", "POST /bucket/input/a?uploads", "AccessDenied"},
		"a part of it":                                 {"reader", "PUT /bucket/input/a?partNumber=1&uploadId=u", "AccessDenied"},
		"ending it":                                    {"reader", "POST /bucket/input/a?uploadId=u", "AccessDenied"},
		"giving it up":                                 {"reader", "DELETE /bucket/input/a?uploadId=u", "AccessDenied"},
		"deleting":                                     {"reader", "DELETE /bucket/input/a", "AccessDenied"},
		"deleting many, which is not known":            {"reader", "POST /bucket/?delete", "NotImplemented"},
		"a method that is not known":                   {"reader", "PATCH /bucket/input/a", "NotImplemented"},
		"writing with tags, without tagging":           {"writer", "PUT /bucket/tagged/a", "AccessDenied"},
		"writing without tags":                         {"writer", "PUT /bucket/plain/a", ""},
		"credentials that nobody has":                  {"nobody", "GET /bucket/input/a", "AccessDenied"},
		"no credentials":                               {"", "GET /bucket/input/a", "AccessDenied"},
		"a role's name where no credentials may stand": {"x/reader", "GET /bucket/input/a", "AccessDenied"},
	} {
		t.Run(name, func(t *testing.T) {
			method, target, _ := strings.Cut(test.request, " ")
			r := httptest.NewRequest(method, target, nil)
			if strings.Contains(target, "/tagged/") {
				r.Header.Set(tagging, "team=blue")
			}
			if test.caller != "" {
				r.Header.Set(
					"Authorization",
					"AWS4-HMAC-SHA256 Credential="+test.caller+"/20260101/eu-north-1/s3/aws4_request, SignedHeaders=host",
				)
			}
			w := httptest.NewRecorder()
			guarded(t).ServeHTTP(w, r)
			var answer struct{ Code, Message string }
			if test.code == "" {
				if w.Body.String() != "served" {
					t.Errorf("got %d: %s", w.Code, w.Body)
				}
				return
			}
			if err := xml.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Code != test.code || w.Code < 400 {
				t.Errorf("got %d %q (%v), want an error %s", w.Code, answer.Code, err, test.code)
			}
		})
	}
}
