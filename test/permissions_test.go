package test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/template"
)

func TestEveryStatementHasASid(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for _, s := range stack.statements(t) {
			if s.Sid == "" {
				t.Errorf("%s: a statement of %s (%v) has no Sid", environment, s.holder.ID, s.Actions)
			}
		}
	}
}

// A wildcard in an action grants what AWS will invent. The one that stands refuses.
func TestNoStatementAllowsAnActionByWildcard(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for _, s := range stack.statements(t) {
			for _, action := range s.Actions {
				if action == "*" || strings.Contains(action, "*") && s.Effect == "Allow" {
					t.Errorf("%s: %s of %s: %s %s", environment, s.Sid, s.holder.ID, s.Effect, action)
				}
			}
		}
	}
}

// Every statement on any resource is here, with the reason.
var anyResourceReasons = map[string]string{
	"WatchJobs":        "DescribeJobs does not support resource-level permissions",
	"ListJobs":         "ListJobs does not support resource-level permissions",
	"DeliverLogs":      "the log delivery actions do not support resource-level permissions",
	"TraceExecutions":  "X-Ray does not support resource-level permissions",
	"TraceInvocations": "X-Ray does not support resource-level permissions",
	"LogInToRegistry":  "GetAuthorizationToken does not support resource-level permissions",
	"FindWork":         "DiscoverPollEndpoint does not support resource-level permissions",
	"FindNetwork":      "the describing actions of EC2 do not support resource-level permissions",
	"DenyOwnCode":      "it refuses, so wide is right",
	"ReachService":     "an endpoint leaves the resource to the caller's own policy",

	// In the policy of a key, * is the key itself.
	"LetAccountUseAndAdminister": "the key itself",
	"EncryptLogs":                "the key itself",
	"PublishEvents":              "the key itself",
	"PublishAlarms":              "the key itself",
	"PublishBudgets":             "the key itself",
	"EncryptInventories":         "the key itself",
}

func TestAnyResourceStandsOnlyWhereItIsListed(t *testing.T) {
	used := map[string]bool{}
	for environment, stack := range everyKind(t) {
		for _, s := range stack.statements(t) {
			if !slices.Contains(s.Resources, "*") {
				continue
			}
			used[s.Sid] = true
			if anyResourceReasons[s.Sid] == "" {
				t.Errorf("%s: %s of %s is on any resource, and no reason is listed", environment, s.Sid, s.holder.ID)
			}
		}
	}
	for sid := range anyResourceReasons {
		if !used[sid] {
			t.Errorf("a reason is listed for %s, which is not on any resource", sid)
		}
	}
}

func TestNothingGrantsButThePoliciesOfTheProject(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for _, kind := range []string{"AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::Lambda::Permission", "AWS::IAM::User", "AWS::IAM::Group"} {
			for _, r := range stack.OfType(kind) {
				t.Errorf("%s: %s is a %s", environment, r.ID, kind)
			}
		}
		for _, role := range stack.OfType("AWS::IAM::Role") {
			if role.Properties["Policies"] != nil {
				t.Errorf("%s: %s has inline policies", environment, role.ID)
			}
			for _, policy := range role.Properties["ManagedPolicyArns"].([]any) {
				reference, _ := policy.(map[string]any)
				id, _ := reference["Ref"].(string)
				if stack.Resources[id] == nil {
					t.Errorf("%s: %s has a policy from outside the stack: %s", environment, role.ID, template.Render(policy))
				}
			}
		}
	}
}

// AWS checks a state machine against its role when it is created, so the role's
// policies must be there as soon as the role is.
func TestARolesPoliciesExistBeforeTheRole(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for _, policy := range stack.OfType("AWS::IAM::ManagedPolicy") {
			if policy.Properties["Roles"] != nil {
				t.Errorf("%s: %s names its role, so it comes after it", environment, policy.ID)
			}
		}
	}
}

func TestOnlyOnePrincipalMay(t *testing.T) {
	for action, want := range map[string][]string{
		"batch:SubmitJob":                      {"WorkflowRole"},
		"batch:TerminateJob":                   {"WorkflowRole"},
		"lambda:InvokeFunction":                {"WorkflowRole"},
		"sns:Publish":                          {"WorkflowRole"},
		"ecr:BatchGetImage":                    {"JobExecutionRole"},
		"s3:PutObject on ${Storage}/output/":   {"JobRole"},
		"s3:PutObject on ${Storage}/runs/*/re": {"CollectRole", "JobRole"},
		"s3:PutObject on ${Storage}/runs/*/ma": {"PreprocessRole"},
		"s3:PutObject on ${Storage}/runs/lock": {"CollectRole", "PreprocessRole"},
		"s3:GetObject on ${Storage}/input/":    {"JobRole", "PreprocessRole"},
		"s3:GetObject on ${Storage}/output/":   {"CollectRole", "JobRole"},
		"s3:PutObject on ${Inventories}":       nil,
	} {
		action, prefix, _ := strings.Cut(action, " on ")
		prefix = strings.ReplaceAll(prefix, "${Storage}", "${StorageBucket.Arn}")
		prefix = strings.ReplaceAll(prefix, "${Inventories}", "${StorageInventories.Arn}")
		for environment, stack := range environments() {
			if got := stack.whoMay(t, action, prefix); !slices.Equal(got, want) {
				t.Errorf("%s: %s %s: %v may, want %v", environment, action, prefix, got, want)
			}
		}
	}
}

func TestNobodyMay(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for _, s := range stack.statements(t) {
			for _, action := range s.Actions {
				service, name, _ := strings.Cut(action, ":")
				starts := s.role == "StartsRole" && action == "states:StartExecution"
				forbidden := service == "iam" || service == "sts" || service == "s3" && strings.HasPrefix(name, "Delete") ||
					service == "states" && !starts
				if forbidden && s.Effect == "Allow" && s.role != "" {
					t.Errorf("%s: %s may %s", environment, s.role, action)
				}
			}
		}
	}
}

func TestTheSamplesPoliciesStandUnderTheirNames(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for policy, want := range map[string][]string{
			"WorkflowRoleBatchJobWithLambdaAccessPolicy": {
				"batch:DescribeJobs", "batch:SubmitJob", "batch:TagResource", "batch:TerminateJob",
				"events:DescribeRule", "events:PutRule", "events:PutTargets", "sns:Publish",
			},
			"WorkflowRoleInvokeGenerateBatchJobMapLambdaPolicy": {"lambda:InvokeFunction"},
		} {
			var got []string
			for _, s := range stack.statements(t) {
				// The key of an encrypted topic comes on top.
				if s.holder.Name() == policy && s.Sid != "UseTopicKey" {
					got = append(got, s.Actions...)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %s allows %v, want %v", environment, policy, got, want)
			}
		}
	}
}

func TestTrustNamesTheServiceAndWhereItIsSentTheSource(t *testing.T) {
	want := map[string]struct {
		service    string
		conditions []string
	}{
		"WorkflowRole":     {"states.amazonaws.com", []string{"aws:SourceAccount", "aws:SourceArn"}},
		"JobRole":          {"ecs-tasks.amazonaws.com", []string{"aws:SourceAccount", "aws:SourceArn"}},
		"JobExecutionRole": {"ecs-tasks.amazonaws.com", nil},
		"PreprocessRole":   {"lambda.amazonaws.com", nil},
		"CollectRole":      {"lambda.amazonaws.com", nil},

		"StartsRole":           {"scheduler.amazonaws.com", []string{"aws:SourceAccount", "aws:SourceArn"}},
		"ComputeInstancesRole": {"ec2.amazonaws.com", nil},
		"NetworkFlowLogsRole":  {"vpc-flow-logs.amazonaws.com", []string{"aws:SourceAccount", "aws:SourceArn"}},
	}
	for environment, stack := range everyKind(t) {
		for _, role := range stack.OfType("AWS::IAM::Role") {
			expected, listed := want[role.Name()]
			if !listed {
				t.Errorf("%s: %s is not listed", environment, role.Name())
				continue
			}
			var properties struct {
				AssumeRolePolicyDocument struct {
					Statement []struct {
						Principal struct{ Service string }
						Condition map[string]map[string]any
					}
				}
			}
			decode(t, role, &properties)
			for _, s := range properties.AssumeRolePolicyDocument.Statement {
				var keys []string
				for _, condition := range s.Condition {
					keys = slices.AppendSeq(keys, maps.Keys(condition))
				}
				slices.Sort(keys)
				if s.Principal.Service != expected.service || !slices.Equal(keys, expected.conditions) {
					t.Errorf(
						"%s: %s trusts %s with %v, want %s with %v",
						environment,
						role.Name(),
						s.Principal.Service,
						keys,
						expected.service,
						expected.conditions,
					)
				}
			}
		}
	}
}

// whoMay returns the roles that may use the action on a resource that begins as given.
func (s stack) whoMay(tb testing.TB, action, resourcePrefix string) []string {
	var who []string
	for _, s := range s.statements(tb) {
		matches := func(resource string) bool { return strings.HasPrefix(resource, resourcePrefix) }
		if s.Effect == "Allow" && s.role != "" && slices.Contains(s.Actions, action) &&
			slices.ContainsFunc(s.Resources, matches) {
			who = append(who, s.role)
		}
	}
	slices.Sort(who)
	return slices.Compact(who)
}
