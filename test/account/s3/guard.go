package s3

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/template"
)

// Guard is what a request passes before S3 does anything.
type Guard struct {
	Gate  *iam.Gate
	Store *Store
	// Callers are by the access keys of their programs.
	Callers map[string]iam.Caller
	// Keys are the ARNs of the keys that encrypt buckets, by the buckets' names.
	Keys map[string]string
	// Others are the buckets that the stack has not made, by their names.
	Others map[string]Other
}

// Other is a bucket that the stack has not made.
type Other struct {
	// Owner is the account; empty for that of the stack.
	Owner string
	// Region is where the bucket is; empty for the region of the stack.
	Region string
	// RequesterPays says that whoever makes a request has to agree to pay for it.
	RequesterPays bool
}

// credential has the access key and the region of a signed request.
var credential = regexp.MustCompile(`\bCredential=([^/]+)/\d*/([^/]*)/`)

// Refuse is the [Middleware] that refuses what the caller may not do.
func (g *Guard) Refuse(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := g.check(r)
		if err == nil {
			next.ServeHTTP(w, r)
			return
		}
		// A program that is still sending might not see an answer that comes before its end.
		_, _ = io.Copy(io.Discard, r.Body)
		if denied, ok := errors.AsType[*iam.Denied](err); ok {
			err = &Error{Status: http.StatusForbidden, Code: "AccessDenied", Message: said(denied)}
		}
		WriteError(w, r, err)
	})
}

// said is what S3 says of a refusal: why, but not about another account's bucket ("Troubleshoot
// access denied (403 Forbidden) errors in Amazon S3", Amazon S3 User Guide).
func said(denied *iam.Denied) string {
	if denied.Request.ToAnother() && strings.HasPrefix(denied.Request.Action, "s3:") {
		return "Access Denied"
	}
	return denied.Error()
}

// operation is what a request of S3 takes, besides the bucket's key: an action, and what
// is done with the key that encrypts the object ("Required permissions for Amazon S3 API
// operations", Amazon S3 User Guide).
type operation struct {
	action string
	key    []string
}

// operations are by method and the parameters that tell them apart.
var operations = map[string]operation{
	"GET":             {"s3:GetObject", []string{"Decrypt"}},
	"HEAD":            {"s3:GetObject", nil},
	"PUT":             {"s3:PutObject", []string{"GenerateDataKey"}},
	"DELETE":          {"s3:DeleteObject", nil},
	"POST uploads":    {"s3:PutObject", []string{"GenerateDataKey"}},
	"PUT uploadId":    {"s3:PutObject", []string{"GenerateDataKey", "Decrypt"}},
	"POST uploadId":   {"s3:PutObject", []string{"Decrypt"}},
	"DELETE uploadId": {"s3:AbortMultipartUpload", nil},
}

// errUnknown is the answer to a request of which it is not known what it takes.
var errUnknown = &Error{
	Status:  http.StatusNotImplemented,
	Code:    "NotImplemented",
	Message: "the local run does not know what permission this takes",
}

func (g *Guard) check(r *http.Request) error {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	caller := g.Caller(r)
	if err := g.checkBucket(r, bucket, caller); err != nil {
		return err
	}
	query := r.URL.Query()
	if key == "" {
		if r.Method != http.MethodGet || !query.Has("list-type") {
			return errUnknown
		}
		request := g.call(caller, "s3:ListBucket", bucket, "")
		if query.Has("prefix") {
			request.Context["s3:prefix"] = query.Get("prefix")
		}
		return g.Gate.Check(request)
	}
	name := r.Method
	for _, parameter := range []string{"uploads", "uploadId"} {
		if query.Has(parameter) {
			name += " " + parameter
		}
	}
	operation, ok := operations[name]
	if !ok {
		return errUnknown
	}
	if err := g.Gate.Check(g.call(caller, operation.action, bucket, "/"+key)); err != nil {
		return err
	}
	if r.Header.Get(tagging) != "" {
		if err := g.Gate.Check(g.call(caller, "s3:PutObjectTagging", bucket, "/"+key)); err != nil {
			return err
		}
	}
	if operation.action == "s3:GetObject" {
		if _, exists := g.Store.Get(bucket, key); !exists {
			// Only who may list the bucket is told that there is no such object. Nobody needs
			// the answer, so it is no access to observe.
			return g.Gate.Policies.Check(g.call(caller, "s3:ListBucket", bucket, ""))
		}
	}
	encryptedBy := g.Keys[bucket]
	if encryptedBy == "" {
		return nil
	}
	for _, action := range operation.key {
		if err := g.Gate.Check(iam.UseKey(caller.Role, "s3", encryptedBy, action)); err != nil {
			return err
		}
	}
	return nil
}

// checkBucket refuses a request that was sent to another region than the bucket's, or that does not
// agree to pay ("Using Requester Pays general purpose buckets for storage transfers and usage",
// Amazon S3 User Guide).
func (g *Guard) checkBucket(r *http.Request, bucket string, caller iam.Caller) error {
	want := cmp.Or(g.Others[bucket].Region, template.Region)
	if found := credential.FindStringSubmatch(r.Header.Get("Authorization")); found != nil && found[2] != want {
		return &Error{
			Status: http.StatusBadRequest,
			Code:   "AuthorizationHeaderMalformed",
			Message: fmt.Sprintf(
				"The authorization header is malformed; the region '%s' is wrong; expecting '%s'", found[2], want,
			),
		}
	}
	if g.Others[bucket].RequesterPays && caller.Role != "" && r.Header.Get("X-Amz-Request-Payer") != "requester" {
		return &Error{Status: http.StatusForbidden, Code: "AccessDenied", Message: "Access Denied"}
	}
	return nil
}

// call is the caller's request about the bucket, or about the object behind its name.
func (g *Guard) call(caller iam.Caller, action, bucket, object string) iam.Request {
	request := caller.Call("s3", action, ARN(bucket+object))
	request.Context[iam.ResourceAccount] = cmp.Or(g.Others[bucket].Owner, template.Account)
	return request
}

// Caller is whoever signed the request; nobody is a caller without a role.
func (g *Guard) Caller(r *http.Request) iam.Caller {
	found := credential.FindStringSubmatch(r.Header.Get("Authorization"))
	if found == nil {
		return iam.Caller{}
	}
	return g.Callers[found[1]]
}
