package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

var claimEvent = claim{"The event of a failed execution has its error and its cause", true}

// ruleLimit is how long a new rule may take until it sees every event.
const ruleLimit = time.Minute

// tryFailure starts a run that refuses its input, and reads the event of its end.
func tryFailure(ctx context.Context, h *hour) error {
	queue, err := h.watchFailures(ctx)
	if err != nil {
		return err
	}
	if err := h.pause(ctx, ruleLimit); err != nil {
		return err
	}
	execution, err := h.start(ctx, h.stateMachine, "failure", map[string]any{"firsthour": true})
	if err != nil {
		return err
	}
	end, err := h.end(ctx, execution, endLimit)
	if err != nil {
		return err
	}
	var event failureEvent
	err = h.until(ctx, 5*time.Minute, func() (bool, error) {
		event, err = h.receive(ctx, queue, execution)
		return event.ExecutionArn != "", err
	})
	if err != nil {
		return fmt.Errorf("the event: %w", err)
	}
	same := event.Error != "" && event.Error == aws.ToString(end.Error) && event.Cause != ""
	h.addIf(same, claimEvent, "error %q, cause %q; the execution has error %q", event.Error, event.Cause, aws.ToString(end.Error))
	return nil
}

type failureEvent struct {
	ExecutionArn string `json:"executionArn"`
	Error        string `json:"error"`
	Cause        string `json:"cause"`
}

// watchFailures makes a rule that sends the events of failed executions to a queue, and
// returns the queue's URL.
func (h *hour) watchFailures(ctx context.Context) (string, error) {
	queueARN, ruleARN := h.siblingARN("sqs", h.name), h.siblingARN("events", "rule/"+h.name)
	policy, err := json.Marshal(map[string]any{
		"Version": "2012-10-17",
		"Statement": map[string]any{
			"Effect":    "Allow",
			"Principal": map[string]string{"Service": "events.amazonaws.com"},
			"Action":    "sqs:SendMessage",
			"Resource":  queueARN,
			"Condition": map[string]any{"ArnEquals": map[string]string{"aws:SourceArn": ruleARN}},
		},
	})
	if err != nil {
		return "", err
	}
	queue, err := h.queues.CreateQueue(ctx, &sqs.CreateQueueInput{
		QueueName:  &h.name,
		Attributes: map[string]string{"Policy": string(policy)},
	})
	if err != nil {
		return "", err
	}
	h.later("delete queue "+h.name, func(ctx context.Context) error {
		_, err := h.queues.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: queue.QueueUrl})
		return err
	})
	return aws.ToString(queue.QueueUrl), h.sendFailures(ctx, queueARN)
}

func (h *hour) sendFailures(ctx context.Context, queueARN string) error {
	pattern, err := json.Marshal(map[string]any{
		"source": []string{"aws.states"},
		"detail": map[string]any{"stateMachineArn": []string{h.stateMachine}, "status": []string{"FAILED"}},
	})
	if err != nil {
		return err
	}
	if _, err := h.events.PutRule(ctx, &eventbridge.PutRuleInput{
		Name:         &h.name,
		EventPattern: aws.String(string(pattern)),
	}); err != nil {
		return err
	}
	h.later("delete rule "+h.name, func(ctx context.Context) error {
		_, err := h.events.DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: &h.name})
		return err
	})
	targets, err := h.events.PutTargets(ctx, &eventbridge.PutTargetsInput{
		Rule:    &h.name,
		Targets: []eventtypes.Target{{Id: aws.String("queue"), Arn: &queueARN}},
	})
	if err != nil {
		return err
	}
	h.later("remove the target of rule "+h.name, func(ctx context.Context) error {
		_, err := h.events.RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{Rule: &h.name, Ids: []string{"queue"}})
		return err
	})
	if targets.FailedEntryCount > 0 {
		return fmt.Errorf("rule %s: AWS did not take its target: %s", h.name, aws.ToString(targets.FailedEntries[0].ErrorMessage))
	}
	return nil
}

// receive returns the event of the execution, or none yet.
func (h *hour) receive(ctx context.Context, queue, execution string) (failureEvent, error) {
	messages, err := h.queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &queue, MaxNumberOfMessages: 10})
	if err != nil {
		return failureEvent{}, err
	}
	for _, message := range messages.Messages {
		var event struct{ Detail failureEvent }
		if err := json.Unmarshal([]byte(aws.ToString(message.Body)), &event); err != nil {
			return failureEvent{}, fmt.Errorf("a message of queue %s: %w", h.name, err)
		}
		if event.Detail.ExecutionArn == execution {
			return event.Detail, nil
		}
	}
	return failureEvent{}, nil
}

// siblingARN is the ARN of a resource beside the state machine: in its partition, region
// and account.
func (p *pipeline) siblingARN(service, resource string) string {
	parts := strings.SplitN(p.stateMachine, ":", 6)
	return strings.Join([]string{"arn", parts[1], service, parts[3], parts[4], resource}, ":")
}
