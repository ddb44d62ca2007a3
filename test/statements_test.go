package test

import (
	"encoding/json"
	"slices"
	"testing"

	"batchjobwithlambda/test/template"
)

// statement is a statement of any policy in a template.
type statement struct {
	// holder is the resource that the policy is, or belongs to, and role the role that
	// it is attached to; role is empty for the policy of a resource.
	holder *template.Resource
	role   string

	Sid       string
	Effect    string
	Actions   []string
	Resources []string
	Condition map[string]map[string]any
}

type policyDocument struct {
	Statement []struct {
		Sid       string
		Effect    string
		Action    oneOrMore
		Resource  oneOrMore
		Condition map[string]map[string]any
	}
}

// oneOrMore is a value, or a list of values, rendered.
type oneOrMore []string

func (o *oneOrMore) UnmarshalJSON(text []byte) error {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	for _, element := range list {
		*o = append(*o, template.Render(element))
	}
	return nil
}

// statements returns every statement of every policy: those of roles, and those of
// resources such as the bucket, the topic and the endpoints.
func (s stack) statements(tb testing.TB) []statement {
	tb.Helper()
	roles := s.rolesOfPolicies(tb)
	var all []statement
	for _, r := range s.Sorted() {
		var properties struct{ PolicyDocument, KeyPolicy policyDocument }
		decode(tb, r, &properties)
		for _, s := range slices.Concat(properties.PolicyDocument.Statement, properties.KeyPolicy.Statement) {
			all = append(all, statement{
				holder: r, role: roles[r.ID],
				Sid: s.Sid, Effect: s.Effect, Actions: s.Action, Resources: s.Resource, Condition: s.Condition,
			})
		}
	}
	return all
}

// rolesOfPolicies returns the name of the role that each managed policy is attached to.
func (s stack) rolesOfPolicies(tb testing.TB) map[string]string {
	tb.Helper()
	roles := map[string]string{}
	for _, role := range s.OfType("AWS::IAM::Role") {
		var properties struct{ ManagedPolicyArns []struct{ Ref string } }
		decode(tb, role, &properties)
		for _, policy := range properties.ManagedPolicyArns {
			roles[policy.Ref] = role.Name()
		}
	}
	return roles
}
