// Package iam decides as AWS does whether the policies of a template allow a request.
//
// A template is one account. So a request is allowed if a policy of the caller's role
// or one of the resource's allows it, and none denies it ("Policy evaluation logic",
// AWS IAM User Guide). Two kinds of resources do not leave it to the caller's role
// alone: a key and a role that is to be taken have to name the caller, or, for what
// its own policies allow, the account. A call that passes an endpoint of the
// template's network needs the endpoint's policy too.
//
// What a policy holds that is not known here, such as an operator or a key of a
// condition, is an error when the template is read; it never allows anything by
// accident. Of what can limit a role further, an organization's policies, boundaries
// and sessions, a template has nothing.
package iam
