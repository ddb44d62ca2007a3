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
	schedule := s.only(t, "AWS::Scheduler::Schedule").Properties
	if target := template.Render(schedule["Target"]); !strings.Contains(target, "StartsMissed") {
		t.Errorf("the target has no dead-letter queue: %s", target)
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
