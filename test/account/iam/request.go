package iam

import (
	"fmt"
	"strings"

	"batchjobwithlambda/test/template"
)

// Request is a call, as far as policies can tell.
type Request struct {
	// Principal is the ARN of the caller's role, the name of a service such as
	// "lambda.amazonaws.com", or empty for somebody without credentials.
	Principal string
	// Action is such as "s3:GetObject".
	Action string
	// Resource is the ARN of what it is about, or "*" if the action does not support
	// resource-level permissions.
	Resource string
	// Context has the values of the condition keys that come with the request.
	Context map[string]string
	// Endpoint is the service whose endpoint a call from the network passes if there is
	// one, such as "s3" or "ecr.api", and empty for a call from elsewhere.
	Endpoint string
}

// value is that of a condition key, whose case makes no difference.
func (r Request) value(key string) (string, bool) {
	if strings.EqualFold(key, "aws:PrincipalAccount") {
		account := accountOf(r.Principal)
		return account, account != ""
	}
	for name, value := range r.Context {
		if strings.EqualFold(name, key) {
			return value, true
		}
	}
	if strings.EqualFold(key, ResourceAccount) {
		return template.Account, true // Whatever does not say otherwise is the account's own.
	}
	return "", false
}

// ResourceAccount is the condition key of the account that a resource belongs to, which the ARN of
// a bucket does not say.
const ResourceAccount = "aws:ResourceAccount"

// ToAnother reports whether the caller belongs to another account than the resource. A service
// belongs to none.
func (r Request) ToAnother() bool {
	owner := r.Context[ResourceAccount]
	if strings.HasPrefix(r.Action, "kms:") {
		owner = accountOf(r.Resource)
	}
	caller := accountOf(r.Principal)
	return owner != "" && caller != "" && owner != caller
}

// accountOf is the account in an ARN, and empty if there is none.
func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", arnParts); len(parts) == arnParts {
		return parts[4]
	}
	return ""
}

// Denied is a request that is not allowed.
type Denied struct {
	Request Request
	// Why completes the message.
	Why string
}

// Error says it as AWS does.
func (d *Denied) Error() string {
	r := d.Request
	who := r.Principal
	if who == "" {
		who = "anonymous"
	}
	return fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s", who, r.Action, r.Resource, d.Why)
}
