package test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"batchjobwithlambda/test/template"
)

var starting = sync.OnceValues(func() (stack, error) { return synthesizeMatrix("starting") })

func TestASchedulesRoleMayStartItsOwnStateMachineAndNothingElse(t *testing.T) {
	var actions []string
	for _, s := range of(t, starting).statements(t) {
		if !strings.HasSuffix(s.role, "StartsRole") {
			continue
		}
		for _, action := range s.Actions {
			actions = append(actions, action+" on "+strings.Join(s.Resources, " "))
		}
	}
	slices.Sort(actions)
	want := []string{
		"kms:Decrypt on ${Key.Arn}",
		"kms:GenerateDataKey on ${Key.Arn}",
		"sqs:SendMessage on ${StartsMissed.Arn}",
		"states:StartExecution on ${WorkflowStateMachine}",
	}
	if !slices.Equal(actions, want) {
		t.Errorf("it may %q, want %q", actions, want)
	}
}

func TestASchedulesRoleTrustsTheSchedulesOfItsGroup(t *testing.T) {
	s := of(t, starting)
	for _, role := range s.OfType("AWS::IAM::Role") {
		if role.Name() != "StartsRole" {
			continue
		}
		trust := template.Render(role.Properties["AssumeRolePolicyDocument"])
		for _, part := range []string{"scheduler.amazonaws.com", "StartsGroup", "AWS::AccountId"} {
			if !strings.Contains(trust, part) {
				t.Errorf("the trust does not name %s: %s", part, trust)
			}
		}
		return
	}
	t.Error("there is no StartsRole")
}

func TestWhatCouldNotBeStartedIsKeptEncryptedAndAnAlarmTells(t *testing.T) {
	s := of(t, starting)
	for _, schedule := range s.OfType("AWS::Scheduler::Schedule") {
		if target := template.Render(schedule.Properties["Target"]); !strings.Contains(target, "StartsMissed") {
			t.Errorf("the target has no dead-letter queue: %s", target)
		}
	}
	for _, queue := range s.OfType("AWS::SQS::Queue") {
		if got := template.Render(queue.Properties["KmsMasterKeyId"]); got != "${Key.Arn}" {
			t.Errorf("%s is encrypted by %q", queue.ID, got)
		}
	}
	for _, alarm := range s.OfType("AWS::CloudWatch::Alarm") {
		if alarm.Name() == "StartsMissedStarts" {
			if got := template.Render(alarm.Properties["AlarmActions"]); got != "${NotificationsTopic}" {
				t.Errorf("the alarm tells %q", got)
			}
			return
		}
	}
	t.Error("there is no alarm on the dead-letter queue")
}

func TestTheRuleOfArrivalsIsAboutTheInputAlone(t *testing.T) {
	found := false
	for _, r := range of(t, starting).OfType("AWS::Events::Rule") {
		if r.Name() != "ArrivalsCreated" {
			continue
		}
		found = true
		pattern := template.Render(r.Properties["EventPattern"])
		for _, part := range []string{`"aws.s3"`, `"Object Created"`, "StorageBucket", `"prefix":"input/"`} {
			if !strings.Contains(pattern, part) {
				t.Errorf("the rule's pattern is without %s: %s", part, pattern)
			}
		}
	}
	if !found {
		t.Error("there is no rule for arrivals")
	}
}

func TestAQueueOfArrivalsHidesMessagesLongerThanAPlannerMayTake(t *testing.T) {
	s := of(t, starting)
	longest := 0.0
	for _, function := range s.OfType("AWS::Lambda::Function") {
		longest = max(longest, function.Properties["Timeout"].(float64))
	}
	for _, queue := range s.OfType("AWS::SQS::Queue") {
		if hidden, ok := queue.Properties["VisibilityTimeout"].(float64); ok {
			if hidden <= longest {
				t.Errorf("%s hides messages for %v s, and a function may take %v s", queue.ID, hidden, longest)
			}
			return
		}
	}
	t.Error("no queue hides its messages")
}

func TestABucketOfTheStacksOwnSendsItsEventsWithoutAHelper(t *testing.T) {
	s := of(t, starting)
	sends := false
	for _, bucket := range s.OfType("AWS::S3::Bucket") {
		sends = sends || strings.Contains(template.Render(bucket.Properties["NotificationConfiguration"]), "EventBridge")
	}
	if !sends || len(s.OfType("Custom::S3BucketNotifications")) > 0 {
		t.Errorf("the bucket sends its events: %v, and the CDK's helpers: %v", sends, s.OfType("Custom::S3BucketNotifications"))
	}
}
