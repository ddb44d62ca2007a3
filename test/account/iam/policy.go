package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Policies are all policies of an account.
type Policies []Policy

// Policy is a policy and what it is attached to.
type Policy struct {
	// ID is the logical id of the resource that the policy is, or is a part of.
	ID   string
	Kind Kind
	// To are the ARNs of roles or resources, or the services of endpoints.
	To         []string
	Statements []Statement
}

// Kind is the kind of what a policy is attached to.
type Kind string

// The kinds, by the names that they have in AWS's errors.
const (
	OfRole     Kind = "identity-based"
	OfResource Kind = "resource-based"
	OfEndpoint Kind = "VPC endpoint"
)

// The effects of statements.
const (
	Allow = "Allow"
	Deny  = "Deny"
)

// Statement is one statement of a policy.
type Statement struct {
	Sid    string
	Effect string
	// Principal is whom it is about; it is empty in the policy of a role.
	Principal Principal
	Action    Values
	// Resource is empty in the trust of a role: it is the role.
	Resource  Values
	Condition Condition
}

// Principal names callers.
type Principal struct {
	// AWS are the ARNs of roles, of the root of an account, or "*" for everybody.
	AWS Values
	// Service are the names of services.
	Service Values
}

// Values are one text or more; JSON may have a single one without a list.
type Values []string

// UnmarshalJSON reads a text, a boolean, or a list of them.
func (v *Values) UnmarshalJSON(text []byte) error {
	var list []any
	if err := json.Unmarshal(text, &list); err != nil {
		list = make([]any, 1)
		if err := json.Unmarshal(text, &list[0]); err != nil {
			return err
		}
	}
	for _, value := range list {
		switch value.(type) {
		case string, bool:
			*v = append(*v, fmt.Sprint(value))
		default:
			return fmt.Errorf("%s is neither a text nor a list of texts", text)
		}
	}
	return nil
}

// UnmarshalJSON reads "*" or the principals by their kinds.
func (p *Principal) UnmarshalJSON(text []byte) error {
	if string(text) == `"*"` {
		p.AWS = Values{"*"}
		return nil
	}
	type plain Principal
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode((*plain)(p))
}

// check returns an error for what is not known.
func (s Statement) check() error {
	problems := []error{s.Condition.check()}
	if s.Effect != Allow && s.Effect != Deny {
		problems = append(problems, fmt.Errorf("effect %q: there are Allow and Deny", s.Effect))
	}
	if len(s.Action) == 0 {
		problems = append(problems, errors.New("there is no action"))
	}
	for _, resource := range s.Resource {
		if resource != "*" && strings.Count(resource, ":") < arnParts-1 {
			problems = append(problems, fmt.Errorf("resource %q is neither * nor a whole ARN", resource))
		}
	}
	text, err := json.Marshal(s)
	if err == nil && bytes.Contains(text, []byte("${")) {
		err = errors.New("policy variables are not known")
	}
	return errors.Join(append(problems, err)...)
}

// naming is how a policy names a caller.
type naming int

const (
	notAtAll naming = iota
	byAccount
	byItself
)

// names returns how the principals name the caller.
func (p Principal) names(caller string) naming {
	root := "arn:aws:iam::" + accountOf(caller) + ":root"
	switch {
	case slices.Contains(p.AWS, "*"), slices.Contains(p.Service, caller), slices.Contains(p.AWS, caller) && caller != "":
		return byItself
	case accountOf(caller) != "" && slices.Contains(p.AWS, root):
		return byAccount
	}
	return notAtAll
}
