package test

import (
	"slices"
	"testing"

	"batchjobwithlambda/batch/contract"
)

type rule struct {
	EventPattern map[string]any
	Targets      []struct {
		Arn              any
		DeadLetterConfig struct{ Arn any }
		InputTransformer struct {
			InputPathsMap map[string]string
			InputTemplate string
		}
	}
}

func TestWhatNoCatchSeesIsToldFromOutsideAndNotLostOnTheWay(t *testing.T) {
	for environment, template := range environments() {
		rules := template.ofType("AWS::Events::Rule")
		if len(rules) != 2 {
			t.Errorf("%s: %d rules, want one for ends and one for a blocked queue", environment, len(rules))
		}
		for _, r := range rules {
			var properties rule
			r.decode(t, &properties)
			for _, target := range properties.Targets {
				if render(target.Arn) != "${NotificationsTopic}" ||
					render(target.DeadLetterConfig.Arn) != "${WatchUndelivered.Arn}" {
					t.Errorf(
						"%s: %s goes to %s, and failing that to %s",
						environment,
						r.id,
						render(target.Arn),
						render(target.DeadLetterConfig.Arn),
					)
				}
			}
		}
	}
}

func TestARunThatToldOfItsFailureIsNotToldAgain(t *testing.T) {
	told := []any{contract.ErrorInvalidInput, contract.ErrorPlanning, contract.ErrorObjects, contract.ErrorCollecting}
	want := render([]any{
		map[string]any{"status": []any{"TIMED_OUT", "ABORTED"}},
		map[string]any{
			"status": []any{"FAILED"},
			"error":  []any{map[string]any{"anything-but": told}, map[string]any{"exists": false}},
		},
	})
	for environment, template := range environments() {
		for _, r := range template.ofType("AWS::Events::Rule") {
			if r.name() != "WatchUntoldEnd" {
				continue
			}
			var properties rule
			r.decode(t, &properties)
			detail := properties.EventPattern["detail"].(map[string]any)
			if got := render(detail["$or"]); got != want {
				t.Errorf("%s: ends that are told from outside: %s\nwant %s", environment, got, want)
			}
			if render(detail["stateMachineArn"]) != "${WorkflowStateMachine}" {
				t.Errorf("%s: of state machine %s", environment, render(detail["stateMachineArn"]))
			}
		}
	}
}

func TestTheTopicAndTheQueueTakeOnlyFromThePipelinesOwnRules(t *testing.T) {
	for environment, template := range environments() {
		for _, s := range template.statements(t) {
			if s.Sid != "LetRulesPublish" && s.Sid != "LetRulesSend" {
				continue
			}
			if got := render(
				s.Condition["ArnEquals"]["aws:SourceArn"],
			); got != "${WatchUntoldEnd.Arn}, ${WatchBlockedQueue.Arn}" {
				t.Errorf("%s: %s of %s from %s", environment, s.Sid, s.holder.id, got)
			}
		}
	}
}

func TestAnAlarmTellsOnlyWhatNothingElseTells(t *testing.T) {
	tells := []string{}
	for _, alarm := range prod.ofType("AWS::CloudWatch::Alarm") {
		if alarm.Properties["AlarmActions"] != nil {
			tells = append(tells, alarm.name())
		}
	}
	if want := []string{"AlarmsExecutionsThrottled", "WatchUndeliveredMessages"}; !slices.Equal(tells, want) {
		t.Errorf("alarms that tell: %v, want %v", tells, want)
	}
}

func TestProdHasAnAlarmForEachWayToFail(t *testing.T) {
	var metrics []string
	for _, alarm := range prod.ofType("AWS::CloudWatch::Alarm") {
		metrics = append(metrics, alarm.Properties["MetricName"].(string))
	}
	slices.Sort(metrics)
	want := []string{
		"ApproximateNumberOfMessagesVisible",
		"Errors",
		"Errors",
		"ExecutionThrottled",
		"ExecutionsFailed",
		"ExecutionsTimedOut",
	}
	if !slices.Equal(metrics, want) {
		t.Errorf("alarms on %v, want %v", metrics, want)
	}
	prod.only(t, "AWS::CloudWatch::Dashboard")
}
