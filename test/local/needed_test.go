package main

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/proof"
	"batchjobwithlambda/test/synth"
	"batchjobwithlambda/test/template"
)

// notCalledHere are the permissions that no scenario uses, each with the reason. The
// statement is by its policy, perhaps with an asterisk, and its Sid; the key of a
// condition stands for each of its values.
var notCalledHere = []struct {
	statement string
	actions   string
	reason    string
}{
	{
		"*RoleFunctionPolicy/TraceInvocations",
		"xray:PutTraceSegments xray:PutTelemetryRecords",
		"AWS Lambda sends the traces, and nothing is traced here",
	},
	{
		"WorkflowRoleObserveExecutionsPolicy/TraceExecutions",
		"xray:PutTraceSegments xray:PutTelemetryRecords xray:GetSamplingRules xray:GetSamplingTargets",
		"AWS Step Functions sends the traces, and nothing is traced here",
	},
	{
		"WorkflowRoleObserveExecutionsPolicy/DeliverLogs",
		"logs:CreateLogDelivery logs:GetLogDelivery logs:UpdateLogDelivery logs:DeleteLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:DescribeResourcePolicies logs:DescribeLogGroups",
		"AWS Step Functions sets the log up when the state machine is created or changed",
	},
	{
		"WorkflowRoleBatchJobWithLambdaAccessPolicy/CreateJobEventsRule",
		"events:PutRule",
		"AWS Step Functions makes the rule that tells it of a job's end; here the job's end tells it",
	},
	{
		"WorkflowRoleBatchJobWithLambdaAccessPolicy/UseJobEventsRule",
		"events:PutTargets events:DescribeRule",
		"the same rule",
	},
	{
		"*RoleFunctionNetworkPolicy/ConnectToNetwork",
		"ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses",
		"AWS Lambda connects the function to the network, and there is none here",
	},
	{
		"CollectRoleCollectPolicy/KeepMade",
		"s3:AbortMultipartUpload",
		"only a list of 8 MiB is written in parts, and only one that could not be written is given up",
	},
	{"*RoleFunctionNetworkPolicy/FindNetwork", "ec2:DescribeNetworkInterfaces ec2:DescribeSubnets", "the same"},
	{"NetworkFlowLogsRole/", "sts:AssumeRole", "there is no network here whose flow could be logged"},
	{
		"NetworkFlowLogsRoleFlowLogsPolicy/WriteFlowLogs",
		"logs:CreateLogStream logs:PutLogEvents logs:DescribeLogStreams",
		"the same",
	},
	{
		"NetworkVpcS3/ReachImageLayers",
		"s3:GetObject",
		"the layers of an image come by addresses that Amazon ECR has signed, and no image is pulled here",
	},
	{
		"NetworkVpcEcrApi/ReachService",
		"ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer",
		"both endpoints of Amazon ECR have one policy, as its guide asks for; here the pull passes the other one",
	},
	{"NetworkVpcEcrDocker/ReachService", "ecr:GetAuthorizationToken", "the same"},
	{
		"Key/LetAccountUseAndAdminister",
		"kms:CancelKeyDeletion kms:DescribeKey kms:DisableKey kms:DisableKeyRotation kms:EnableKey kms:EnableKeyRotation kms:GetKeyPolicy kms:GetKeyRotationStatus kms:ListResourceTags kms:PutKeyPolicy kms:ScheduleKeyDeletion kms:TagResource kms:UntagResource kms:UpdateKeyDescription",
		"a key that nobody can administer is lost; CloudFormation does it in the name of whoever deploys",
	},
	{
		"Key/EncryptLogs",
		"kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey kms:ReEncryptFrom kms:ReEncryptTo",
		"Amazon CloudWatch Logs encrypts the logs, which here are plain files",
	},
	{"Key/PublishEvents", "kms:Decrypt kms:GenerateDataKey", "no event is sent here"},
	{"Key/PublishAlarms", "kms:Decrypt kms:GenerateDataKey", "no alarm goes off here"},
	{"NotificationsTopicPolicy/LetRulesPublish", "sns:Publish aws:SourceArn", "no event is sent here"},
	{"NotificationsTopicPolicy/LetAlarmsPublish", "sns:Publish", "no alarm goes off here"},
	{"WatchUndeliveredPolicy/LetRulesSend", "sqs:SendMessage aws:SourceArn", "no event is sent here"},
	{
		"StorageInventoriesPolicy/WriteInventories",
		"s3:PutObject",
		"Amazon S3 makes the inventories, which here whoever wants one puts there",
	},
	{"Key/EncryptInventories", "kms:GenerateDataKey", "the same"},
	{
		"StorageAccessLogsPolicy/WriteAccessLogs",
		"s3:PutObject aws:SourceArn",
		"Amazon S3 writes the log of accesses, which here nobody keeps",
	},
}

// piece is the least that can be taken from a statement: one action on one resource, or
// one of the values of a condition's key that has several.
type piece struct {
	policy, statement    int
	action, resource     string
	operator, key, value string
}

// pieces are all pieces of all statements with the effect.
func pieces(policies iam.Policies, effect string) []piece {
	var all []piece
	for i, policy := range policies {
		for j, s := range policy.Statements {
			if s.Effect != effect {
				continue
			}
			for _, action := range s.Action {
				resources := s.Resource
				if len(resources) == 0 {
					resources = iam.Values{""}
				}
				for _, resource := range resources {
					all = append(all, piece{policy: i, statement: j, action: action, resource: resource})
				}
			}
			for operator, keys := range s.Condition {
				for key, values := range keys {
					for _, value := range values {
						if len(values) > 1 {
							all = append(all, piece{policy: i, statement: j, operator: operator, key: key, value: value})
						}
					}
				}
			}
		}
	}
	return all
}

// without returns the policies without the piece, and with everything else.
func without(policies iam.Policies, p piece) iam.Policies {
	s := policies[p.policy].Statements[p.statement]
	var rest []iam.Statement
	if p.key != "" {
		s.Condition = iam.Condition{}
		for operator, keys := range policies[p.policy].Statements[p.statement].Condition {
			s.Condition[operator] = map[string]iam.Values{}
			for key, values := range keys {
				if operator == p.operator && key == p.key {
					values = less(values, p.value)
				}
				s.Condition[operator][key] = values
			}
		}
		rest = append(rest, s)
	} else {
		others, sameAction := s, s
		others.Action = less(s.Action, p.action)
		sameAction.Action, sameAction.Resource = iam.Values{p.action}, less(s.Resource, p.resource)
		if len(others.Action) > 0 {
			rest = append(rest, others)
		}
		if len(sameAction.Resource) > 0 {
			rest = append(rest, sameAction)
		}
	}
	changed := slices.Clone(policies)
	changed[p.policy].Statements = slices.Concat(
		policies[p.policy].Statements[:p.statement],
		rest,
		policies[p.policy].Statements[p.statement+1:],
	)
	return changed
}

func less(values iam.Values, value string) iam.Values {
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == value })
}

// statementName is the name of the piece's statement.
func (p piece) statementName(policies iam.Policies) string {
	policy := policies[p.policy]
	return template.ShortName(policy.ID) + "/" + policy.Statements[p.statement].Sid
}

func (p piece) String() string {
	if p.key != "" {
		return fmt.Sprintf("%s %s", p.key, p.value)
	}
	return fmt.Sprintf("%s on %s", p.action, p.resource)
}

// listing returns the index of the reason why no scenario needs the piece, or -1.
func (p piece) listing(policies iam.Policies) int {
	return slices.IndexFunc(notCalledHere, func(listed struct{ statement, actions, reason string }) bool {
		matched, err := path.Match(listed.statement, p.statementName(policies))
		return err == nil && matched && slices.Contains(strings.Fields(listed.actions), p.action+p.key)
	})
}

// isNeeded reports whether one of the requests is refused without the piece.
func (p piece) isNeeded(policies iam.Policies, requests []iam.Request) bool {
	rest := without(policies, p)
	return slices.ContainsFunc(requests, func(r iam.Request) bool {
		isAction, err := path.Match(p.action, r.Action)
		return err == nil && (isAction || p.key != "") && rest.Check(r) != nil
	})
}

// unneeded are the pieces of what is allowed that none of the requests needs, and for
// which no reason is listed.
func unneeded(policies iam.Policies, requests []iam.Request) []string {
	var found []string
	for _, p := range pieces(policies, iam.Allow) {
		if p.listing(policies) < 0 && !p.isNeeded(policies, requests) {
			found = append(found, p.statementName(policies)+": "+p.String())
		}
	}
	return found
}

// Of what is allowed each piece is needed, and of what is denied, too.
func TestEachPermissionIsUsedByARunOrListedWithTheReason(t *testing.T) {
	used := make([]bool, len(notCalledHere))
	for _, s := range []stack{dev, prod} {
		environment := s.template.Stack
		policies, requests := policiesOf(t, s), recorded(t, s)
		all := pieces(policies, iam.Allow)
		needed, listed := 0, 0
		for _, p := range all {
			listing, isNeeded := p.listing(policies), p.isNeeded(policies, requests)
			switch {
			case isNeeded && listing >= 0:
				t.Errorf(
					"%s: %s: %s is listed as not called here, and a scenario needs it",
					environment,
					p.statementName(policies),
					p,
				)
			case isNeeded:
				needed++
			case listing >= 0:
				used[listing] = true
				listed++
			}
		}
		for _, found := range unneeded(policies, requests) {
			t.Errorf("%s: %s: no scenario needs it, and no reason is listed", environment, found)
		}
		proof.Row(t, "permissions", strings.TrimPrefix(environment, synth.Stack("")), len(all), needed, listed, len(all)-needed-listed)

		for _, p := range pieces(policies, iam.Deny) {
			if len(broken(t, s, without(policies, p))) == 0 {
				t.Errorf(
					"%s: %s: every sentence of what nobody may holds without its refusal of %s",
					environment,
					p.statementName(policies),
					p,
				)
			}
		}
	}
	for i, listed := range notCalledHere {
		if !used[i] {
			t.Errorf("a reason is listed for %s, which the templates do not have", listed.statement)
		}
	}
}

func policiesOf(t *testing.T, s stack) iam.Policies {
	t.Helper()
	policies, err := iam.Read(s.template)
	if err != nil {
		t.Fatal(err)
	}
	return policies
}
