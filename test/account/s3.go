package account

import (
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/template"
)

// caller is who is behind a program's credentials.
type caller struct {
	role string
	// function is the ARN of the function, if it is one.
	function string
	// inNetwork says that its calls leave from the template's network.
	inNetwork bool
}

var credential = regexp.MustCompile(`\bCredential=([^/]+)/`)

// guard refuses what the caller may not do in S3, before anybody else sees the request.
func (a *Account) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := a.checkS3(r)
		if err == nil {
			next.ServeHTTP(w, r)
			return
		}
		// A program that is still sending might not see an answer that comes before its end.
		_, _ = io.Copy(io.Discard, r.Body)
		if _, ok := errors.AsType[*iam.Denied](err); ok {
			err = &s3.Error{Status: http.StatusForbidden, Code: "AccessDenied", Message: err.Error()}
		}
		s3.WriteError(w, r, err)
	})
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
var errUnknown = &s3.Error{
	Status:  http.StatusNotImplemented,
	Code:    "NotImplemented",
	Message: "the local run does not know what permission this takes",
}

func (a *Account) checkS3(r *http.Request) error {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	request := a.fromProgram(r)
	request.Resource = "arn:" + template.Partition + ":s3:::" + bucket
	query := r.URL.Query()
	if key == "" {
		if r.Method != http.MethodGet || !query.Has("list-type") {
			return errUnknown
		}
		request.Action = "s3:ListBucket"
		if query.Has("prefix") {
			request.Context["s3:prefix"] = query.Get("prefix")
		}
		return a.check(request)
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
	list := request
	request.Action, request.Resource = operation.action, request.Resource+"/"+key
	if err := a.check(request); err != nil {
		return err
	}
	if request.Action == "s3:GetObject" {
		if _, exists := a.Store.Get(bucket, key); !exists {
			// Only who may list the bucket is told that there is no such object. Nobody needs
			// the answer, so it is no access to observe.
			list.Action = "s3:ListBucket"
			return a.policies.Check(list)
		}
	}
	encryptedBy := a.bucketKeys[bucket]
	if encryptedBy == "" {
		return nil
	}
	for _, action := range operation.key {
		if err := a.check(useKey(request.Principal, "s3", encryptedBy, action)); err != nil {
			return err
		}
	}
	return nil
}

// fromProgram is a request in the name of whoever signed it.
func (a *Account) fromProgram(r *http.Request) iam.Request {
	request := iam.Request{Context: map[string]string{}}
	found := credential.FindStringSubmatch(r.Header.Get("Authorization"))
	if found == nil {
		return request
	}
	c := a.callers[found[1]]
	request.Principal = c.role
	if c.function != "" {
		request.Context["lambda:SourceFunctionArn"] = c.function
	}
	if c.inNetwork {
		request.Endpoint = "s3"
	}
	return request
}
