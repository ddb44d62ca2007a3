package test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/template"
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
	for environment, stack := range everyKind(t) {
		rules := slices.DeleteFunc(stack.OfType("AWS::Events::Rule"), func(r *template.Resource) bool {
			return r.Name() == "ArrivalsCreated" // It tells of objects.
		})
		if len(rules) != 2 {
			t.Errorf("%s: %d rules, want one for ends and one for a blocked queue", environment, len(rules))
		}
		for _, r := range rules {
			var properties rule
			decode(t, r, &properties)
			for _, target := range properties.Targets {
				if template.Render(target.Arn) != "${NotificationsTopic}" ||
					template.Render(target.DeadLetterConfig.Arn) != "${WatchUndelivered.Arn}" {
					t.Errorf(
						"%s: %s goes to %s, and failing that to %s",
						environment,
						r.ID,
						template.Render(target.Arn),
						template.Render(target.DeadLetterConfig.Arn),
					)
				}
			}
		}
	}
}

func TestARunThatToldOfItsFailureIsNotToldAgain(t *testing.T) {
	told := []any{contract.ErrorInvalidInput, contract.ErrorPlanning, contract.ErrorObjects, contract.ErrorCollecting}
	want := template.Render([]any{
		map[string]any{"status": []any{"TIMED_OUT", "ABORTED"}},
		map[string]any{
			"status": []any{"FAILED"},
			"error":  []any{map[string]any{"anything-but": told}, map[string]any{"exists": false}},
		},
	})
	for environment, stack := range everyKind(t) {
		for _, r := range stack.OfType("AWS::Events::Rule") {
			if r.Name() != "WatchUnreportedEnd" {
				continue
			}
			var properties rule
			decode(t, r, &properties)
			detail := properties.EventPattern["detail"].(map[string]any)
			if got := template.Render(detail["$or"]); got != want {
				t.Errorf("%s: ends that are told from outside: %s\nwant %s", environment, got, want)
			}
			if template.Render(detail["stateMachineArn"]) != "${WorkflowStateMachine}" {
				t.Errorf("%s: of state machine %s", environment, template.Render(detail["stateMachineArn"]))
			}
		}
	}
}

func TestTheTopicAndTheQueueTakeOnlyFromThePipelinesOwnRules(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for _, s := range stack.statements(t) {
			if s.Sid != "LetRulesPublish" && s.Sid != "LetRulesSend" {
				continue
			}
			want := "${WatchUnreportedEnd.Arn}, ${WatchBlockedQueue.Arn}"
			if strings.HasPrefix(s.holder.Name(), "Arrivals") {
				want = "${ArrivalsCreated.Arn}"
			}
			if got := template.Render(s.Condition["ArnEquals"]["aws:SourceArn"]); got != want {
				t.Errorf("%s: %s of %s from %s", environment, s.Sid, s.holder.ID, got)
			}
		}
	}
}

func TestOnlyRulesAndStateMachinesPublishForAChat(t *testing.T) {
	s := of(t, secret)
	sids := map[string]int{}
	for _, statement := range s.statements(t) {
		if about := template.Render(asAny(t, statement.Resources)); strings.Contains(about, "${NotificationsChat}") {
			sids[statement.Sid]++
		}
	}
	// Two pipelines have a state machine each.
	if want := map[string]int{"DenyWithoutTLS": 1, "LetRulesPublish": 1, "Notify": 2}; !maps.Equal(sids, want) {
		t.Errorf("the statements about the topic are %v, want %v", sids, want)
	}
	if got := template.Render(s.Outputs["ChatTopic"].Value); got != "${NotificationsChat}" {
		t.Errorf("the output ChatTopic is %q", got)
	}
	if topics := len(dev.OfType("AWS::SNS::Topic")); topics != 1 {
		t.Errorf("dev has %d topics, want one: it has no chat", topics)
	}
}

func TestAnAlarmTellsOnlyWhatNothingElseTells(t *testing.T) {
	tells := []string{}
	for _, alarm := range prod.OfType("AWS::CloudWatch::Alarm") {
		if alarm.Properties["AlarmActions"] != nil {
			tells = append(tells, alarm.Name())
		}
	}
	if want := []string{"AlarmsExecutionsThrottled", "WatchUndeliveredMessages"}; !slices.Equal(tells, want) {
		t.Errorf("alarms that tell: %v, want %v", tells, want)
	}
}

func TestProdHasAnAlarmForEachWayToFail(t *testing.T) {
	var metrics []string
	for _, alarm := range prod.OfType("AWS::CloudWatch::Alarm") {
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
}
