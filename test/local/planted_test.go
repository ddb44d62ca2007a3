package main

import (
	"slices"
	"testing"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/proof"
)

// tooMany are permissions that somebody might add to prod's policies, or limits that they might drop.
var tooMany = map[string]func(n names, policies iam.Policies) iam.Policies{
	"the job may delete":                         grant("JobRole", "s3:DeleteObject", "StorageBucket", "/output/*"),
	"the job may everything with objects":        grant("JobRole", "s3:*", "StorageBucket", "/*"),
	"the job may everything with the bucket":     grant("JobRole", "s3:*", "StorageBucket", ""),
	"the job may read everything":                grant("JobRole", "s3:GetObject", "", "*"),
	"the job may put access control lists":       grant("JobRole", "s3:PutObjectAcl", "StorageBucket", "/output/*"),
	"the job may read old versions of its input": grant("JobRole", "s3:GetObjectVersion", "StorageBucket", "/input/*"),
	"the job may write plans":                    grant("JobRole", "s3:PutObject", "StorageBucket", "/runs/*"),
	"the job may read reports":                   grant("JobRole", "s3:GetObject", "StorageBucket", "/runs/*"),
	"the job may use the key by itself":          grant("JobRole", "kms:Decrypt", "Key", ""),
	"the function that plans may submit jobs":    grant("PreprocessRole", "batch:SubmitJob", "JobDefinition", ""),
	"the function that plans may write outputs":  grant("PreprocessRole", "s3:PutObject", "StorageBucket", "/output/*"),
	"the function that collects may invoke":      grant("CollectRole", "lambda:InvokeFunction", "PreprocessFunction", ""),
	"the function that collects may read inputs": grant("CollectRole", "s3:GetObject", "StorageBucket", "/*"),
	"the function that collects may notify":      grant("CollectRole", "sns:Publish", "NotificationsTopic", ""),
	"the state machine may submit anything":      grant("WorkflowRole", "batch:SubmitJob", "", "*"),
	"the state machine may tag anything":         grant("WorkflowRole", "batch:TagResource", "", "*"),
	"the state machine may terminate any job":    grant("WorkflowRole", "batch:TerminateJob", "", "*"),
	"the state machine may hand a role on":       grant("WorkflowRole", "iam:PassRole", "JobRole", ""),
	"the state machine may list jobs":            grant("WorkflowRole", "batch:ListJobs", "", "*"),
	"the job may be started with any image":      grant("JobExecutionRole", "ecr:BatchGetImage", "", "*"),
	"the job may list everything": edit(
		"JobRoleJobPolicy",
		"ListInputs",
		func(s *iam.Statement) { s.Condition = nil },
	),
	"the job may list runs": edit("JobRoleJobPolicy", "ListOutputs", func(s *iam.Statement) {
		s.Condition["StringLike"]["s3:prefix"] = iam.Values{"output/*", "runs/*"}
	}),
	"the state machine may stop another's jobs": edit(
		"WorkflowRoleBatchJobWithLambdaAccessPolicy",
		"StopOwnJobs",
		func(s *iam.Statement) { s.Condition = nil },
	),
	"the job may use the key by way of anything": edit(
		"JobRoleJobPolicy",
		"UseDataKey",
		func(s *iam.Statement) { s.Condition = nil },
	),
	"everybody may read the bucket": edit(
		"StorageBucketPolicy",
		"DenyWithoutTLS",
		func(s *iam.Statement) { s.Effect, s.Condition = iam.Allow, nil },
	),
	"the bucket may be reached without TLS": edit(
		"StorageBucketPolicy",
		"DenyWithoutTLS",
		func(s *iam.Statement) { s.Action = iam.Values{"s3:PutObject"} },
	),
	"any event reaches the topic": edit(
		"NotificationsTopicPolicy",
		"LetRulesPublish",
		func(s *iam.Statement) { s.Condition = nil },
	),
	"an alarm of any account reaches the topic": edit(
		"NotificationsTopicPolicy",
		"LetAlarmsPublish",
		func(s *iam.Statement) { s.Condition = nil },
	),
	"any event reaches the queue": edit(
		"WatchUndeliveredPolicy",
		"LetRulesSend",
		func(s *iam.Statement) { s.Condition = nil },
	),
	"any bucket's log reaches the log bucket": edit(
		"StorageAccessLogsPolicy",
		"WriteAccessLogs",
		func(s *iam.Statement) { s.Condition = nil },
	),
	"any bucket's list reaches the inventories": edit(
		"StorageInventoriesPolicy",
		"WriteInventories",
		func(s *iam.Statement) { s.Condition = nil },
	),
	"the function that plans may make inventories": grant("PreprocessRole", "s3:PutObject", "StorageInventories", "/*"),
	"the job may read inventories":                 grant("JobRole", "s3:GetObject", "StorageInventories", "/*"),
	"any account's logs use the key": edit(
		"Key",
		"EncryptLogs",
		func(s *iam.Statement) { s.Condition = nil },
	),
	"everybody may use the key": edit(
		"Key",
		"PublishEvents",
		func(s *iam.Statement) { s.Principal = iam.Principal{AWS: iam.Values{"*"}} },
	),
	"the functions' code may touch the network": edit(
		"CollectRoleFunctionNetworkPolicy",
		"DenyOwnCode",
		func(s *iam.Statement) { s.Condition["ArnLike"]["lambda:SourceFunctionArn"] = iam.Values{another} },
	),
	"any service may be the job": edit("JobRole", "", func(s *iam.Statement) {
		s.Principal.Service = append(s.Principal.Service, "ec2.amazonaws.com")
		s.Condition = nil
	}),
	"another account's tasks may be the job": edit("JobRole", "", func(s *iam.Statement) { s.Condition = nil }),
	"the account may take the state machine's": edit(
		"WorkflowRole",
		"",
		func(s *iam.Statement) { s.Principal.AWS = iam.Values{"*"} },
	),
}

// grant allows a role an action on a resource, with what follows its ARN.
func grant(role, action, resource, rest string) func(names, iam.Policies) iam.Policies {
	return func(n names, policies iam.Policies) iam.Policies {
		arn := rest
		if resource != "" {
			arn = n.arn(resource) + rest
		}
		return append(policies, allow(n.arn(role), action, arn))
	}
}

// edit changes a statement.
func edit(policy, sid string, change func(*iam.Statement)) func(names, iam.Policies) iam.Policies {
	return func(n names, policies iam.Policies) iam.Policies {
		for i := range policies {
			for j := range policies[i].Statements {
				if s := &policies[i].Statements[j]; policies[i].ID == named(n.t, n.s.template, policy).ID && s.Sid == sid {
					change(s)
					return policies
				}
			}
		}
		n.t.Fatalf("there is no statement %s/%s", policy, sid)
		return nil
	}
}

func TestAPermissionTooManyIsFound(t *testing.T) {
	requests := recorded(t, prod)
	caught := 0
	for name, plant := range tooMany {
		policies := plant(names{t, prod}, policiesOf(t, prod))
		if len(broken(t, prod, policies)) == 0 && len(unneeded(policies, requests)) == 0 {
			t.Errorf("it is not found that %s", name)
			continue
		}
		caught++
	}
	proof.Row(t, "planted", "permissions too many", len(tooMany), caught)
}

// A reason that is listed, and a sentence, are worth something only if they can be wrong.
func TestInAnAccountThatAllowsEverythingNoSentenceHolds(t *testing.T) {
	everything := iam.Statement{
		Effect: iam.Allow, Principal: iam.Principal{AWS: iam.Values{"*"}}, Action: iam.Values{"*"}, Resource: iam.Values{"*"},
	}
	for _, s := range []stack{dev, prod} {
		n := names{t, s}
		var arns []string
		for _, r := range s.template.Resources {
			if arn, err := s.template.ARN(r); err == nil {
				arns = append(arns, arn)
			}
		}
		policies := iam.Policies{{Kind: iam.OfResource, To: arns, Statements: []iam.Statement{everything}}}
		for _, role := range n.roles() {
			policies = append(policies, allow(role, "*", "*"))
		}
		wrong := broken(t, s, policies)
		for _, test := range sentences {
			if n.has(test.about) && !slices.Contains(wrong, test.sentence) {
				t.Errorf("in %s it still holds that %s", s.template.Stack, test.sentence)
			}
		}
	}
}
