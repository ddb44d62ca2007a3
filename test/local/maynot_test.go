package main

import (
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/proof"
)

// sentence says what nobody may who could be thought to. It is made of requests that all have to be
// refused, wherever they come from.
type sentence struct {
	sentence string
	// about is a resource that only some environments have, or empty.
	about    string
	requests func(n names) []iam.Request
}

// sentences are all sentences.
var sentences = slices.Concat(dataSentences, workSentences, roleSentences, serviceSentences, auditSentences)

// violations are those of a sentence's requests that the policies allow.
func violations(requests []iam.Request, policies iam.Policies) (allowed []iam.Request) {
	policies = append(slices.Clone(policies), allow(administrator, "*", "*"))
	return slices.DeleteFunc(requests, func(r iam.Request) bool { return policies.Check(r) != nil })
}

// broken are the sentences that do not hold under the policies.
func broken(t *testing.T, s stack, policies iam.Policies) []string {
	t.Helper()
	n := names{t, s}
	var found []string
	for _, test := range sentences {
		if n.has(test.about) && len(violations(test.requests(n), policies)) > 0 {
			found = append(found, test.sentence)
		}
	}
	return found
}

func TestWhatNobodyMay(t *testing.T) {
	held := 0
	for _, test := range sentences {
		t.Run(test.sentence, func(t *testing.T) {
			tried := 0
			for _, s := range []stack{dev, prod} {
				n := names{t, s}
				if !n.has(test.about) {
					continue
				}
				requests := test.requests(n)
				tried += len(requests)
				for _, r := range violations(requests, policiesOf(t, s)) {
					t.Errorf("in %s %s may %s on %s %v", s.template.Stack, r.Principal, r.Action, r.Resource, r.Context)
				}
			}
			if tried == 0 {
				t.Error("nothing was tried")
			}
			if !t.Failed() {
				held++
			}
		})
	}
	proof.Row(t, "held", "sentences about what nobody may do", len(sentences), held)
}

// The endpoint is a second gate: it holds even for a role that may everything.
func TestTheNetworkReachesNoOtherBucketAndNoOtherAccountReachesThisOne(t *testing.T) {
	const foreign = "arn:aws:iam::444455556666:role/r"
	for _, s := range []stack{dev, prod} {
		n := names{t, s}
		policies := policiesOf(t, s)
		for _, role := range []string{n.arn("JobRole"), foreign} {
			policies = append(policies, allow(role, "*", "*"))
		}
		for principal, resources := range map[string][]string{n.arn("JobRole"): {another + "/a", another}, foreign: append(n.objects("input/a"), n.arn("StorageBucket"))} {
			for _, r := range try([]string{principal}, "s3:GetObject s3:PutObject s3:ListBucket", resources) {
				r.Endpoint = "s3"
				if policies.Check(r) == nil {
					t.Errorf("in %s %s may %s on %s through the endpoint", s.template.Stack, principal, r.Action, r.Resource)
				}
			}
		}
	}
}

// allow is a policy that allows a role the actions on the resources.
func allow(role, actions string, resources ...string) iam.Policy {
	return iam.Policy{ID: "Planted", Kind: iam.OfRole, To: []string{role}, Statements: []iam.Statement{
		{Sid: "Planted", Effect: iam.Allow, Action: strings.Fields(actions), Resource: resources},
	}}
}
