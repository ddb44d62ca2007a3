// Package iam decides as AWS does whether the policies of a template allow a request.
//
// A template is one account. So a request is allowed if a policy of the caller's role
// or one of the resource's allows it, and none denies it ("Policy evaluation logic",
// AWS IAM User Guide). For two kinds of resources the caller's role is not enough: the policy of
// a key, and the trust policy of a role, have to name the caller, or the account for whatever
// its own policies allow. A call that goes by an endpoint of the template's network needs the
// endpoint's policy too.
//
// What is not known here, such as an operator or a key of a condition, is an error when the
// template is read, so that it never allows anything by accident. Policies of an organization,
// permissions boundaries and session policies are not evaluated: they limit a role further.
package iam
