package account

import (
	"maps"
	"strings"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/template"
)

// Access is a request that the policies were asked about.
type Access struct {
	Request iam.Request
	// Refused is why it was not allowed; nil if it was.
	Refused error
}

// check asks the policies about a request, and returns an error if they do not allow it.
// Here there is no TLS, and nobody from whom it would have to protect: every request is
// taken for one that came by it.
func (a *Account) check(r iam.Request) error {
	r.Context = maps.Clone(r.Context)
	if r.Context == nil {
		r.Context = map[string]string{}
	}
	r.Context["aws:SecureTransport"] = "true"
	err := a.policies.Check(r)
	a.options.Observe(Access{r, err})
	return err
}

// checkAll asks about one request after the other, to the first that is refused.
func (a *Account) checkAll(requests ...iam.Request) error {
	for _, r := range requests {
		if err := a.check(r); err != nil {
			return err
		}
	}
	return nil
}

// takeRole is what a service does before it acts as a role; the context is whom for.
func takeRole(service, role string, context map[string]string) iam.Request {
	return iam.Request{Principal: service + ".amazonaws.com", Action: "sts:AssumeRole", Resource: role, Context: context}
}

// useKey is what a service does with a key in its caller's name.
func useKey(role, service, key, action string) iam.Request {
	return iam.Request{
		Principal: role, Action: "kms:" + action, Resource: key,
		Context: map[string]string{"kms:ViaService": service + "." + template.Region + "." + template.URLSuffix},
	}
}

// logStream is a stream of a log group.
func logStream(group string) string {
	return regional("logs", "log-group:"+group+":log-stream:local")
}

func regional(service, resource string) string {
	return strings.Join([]string{"arn", template.Partition, service, template.Region, template.Account, resource}, ":")
}
