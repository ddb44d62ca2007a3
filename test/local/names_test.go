package main

import (
	"maps"
	"strings"
	"testing"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/template"
)

// names finds the ARNs of a stack's resources by their ids without the hash.
type names struct {
	t *testing.T
	s stack
}

// has reports whether the stack has the resource; "" is none in particular.
func (n names) has(name string) bool { return name == "" || n.s.template.Named(name) != nil }

func (n names) arn(name string) string {
	n.t.Helper()
	return n.arnOf(named(n.t, n.s.template, name))
}

func (n names) arnOf(r *template.Resource) string {
	n.t.Helper()
	arn, err := n.s.template.ARN(r)
	if err != nil {
		n.t.Fatal(err)
	}
	return arn
}

// named is the resource with the id, which stands without its hash.
func named(t *testing.T, from *template.Template, name string) *template.Resource {
	t.Helper()
	r := from.Named(name)
	if r == nil {
		t.Fatalf("%s has no %s", from.Stack, name)
	}
	return r
}

func (n names) roles() []string {
	var arns []string
	for _, role := range n.s.template.OfType("AWS::IAM::Role") {
		arns = append(arns, n.arnOf(role))
	}
	return arns
}

// objects are objects of the pipeline's bucket.
func (n names) objects(keys ...string) []string {
	for i, key := range keys {
		keys[i] = n.arn("StorageBucket") + "/" + key
	}
	return keys
}

const (
	another     = "arn:aws:s3:::another"
	anotherRole = "arn:aws:iam::111122223333:role/another"
	// administrator is a role of the account that may do everything.
	administrator = "arn:aws:iam::111122223333:role/administrator"
)

// try is every action on every resource by each of the principals, by TLS, with the keys
// and values of the context.
func try(principals []string, actions string, resources []string, context ...string) []iam.Request {
	keys := map[string]string{"aws:SecureTransport": "true"}
	for i := 0; i < len(context); i += 2 {
		keys[context[i]] = context[i+1]
	}
	var requests []iam.Request
	for _, principal := range principals {
		for action := range strings.FieldsSeq(actions) {
			for _, resource := range resources {
				requests = append(
					requests,
					iam.Request{Principal: principal, Action: action, Resource: resource, Context: maps.Clone(keys)},
				)
			}
		}
	}
	return requests
}

const (
	anyWrite  = "s3:PutObject s3:AbortMultipartUpload"
	anyDelete = "s3:DeleteObject s3:DeleteObjectVersion"
	network   = "ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses ec2:DescribeNetworkInterfaces ec2:DescribeSubnets"
)
