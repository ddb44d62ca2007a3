package main

import (
	"encoding/json"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"batchjobwithlambda/test/wire"
)

func (c *cloud) putRule(r map[string]any) (any, error) {
	c.started++
	c.rules[r["Name"].(string)] = true
	return eventbridge.PutRuleOutput{}, nil
}

func (c *cloud) deleteRule(r map[string]any) (any, error) {
	if len(c.targets) > 0 {
		return nil, wire.Refusal{Code: "ValidationException", Message: "Rule can't be deleted since it has targets."}
	}
	delete(c.rules, r["Name"].(string))
	return eventbridge.DeleteRuleOutput{}, nil
}

func (c *cloud) putTargets(r map[string]any) (any, error) {
	c.targets[r["Rule"].(string)] = true
	return eventbridge.PutTargetsOutput{}, nil
}

func (c *cloud) removeTargets(r map[string]any) (any, error) {
	delete(c.targets, r["Rule"].(string))
	return eventbridge.RemoveTargetsOutput{}, nil
}

func (c *cloud) createQueue(r map[string]any) (any, error) {
	c.started++
	url := c.url + "/" + account + "/" + r["QueueName"].(string)
	c.queues[url] = true
	return sqs.CreateQueueOutput{QueueUrl: &url}, nil
}

func (c *cloud) deleteQueue(r map[string]any) (any, error) {
	delete(c.queues, r["QueueUrl"].(string))
	return sqs.DeleteQueueOutput{}, nil
}

// receiveMessage hands out an event of somebody else's, and one of each failed execution.
func (c *cloud) receiveMessage(map[string]any) (any, error) {
	details := []map[string]any{{"executionArn": "another", "error": "Other", "cause": "other"}}
	for arn, e := range c.executions {
		if !strings.HasSuffix(arn, "-failure") {
			continue
		}
		detail := map[string]any{"executionArn": arn, "status": "FAILED", "error": e.error, "cause": e.cause}
		if c.eventHasNoError {
			detail["error"], detail["cause"] = nil, nil
		}
		details = append(details, detail)
	}
	var messages []sqstypes.Message
	for _, detail := range details {
		body, err := json.Marshal(map[string]any{"detail": detail})
		if err != nil {
			return nil, err
		}
		messages = append(messages, sqstypes.Message{Body: aws.String(string(body))})
	}
	return sqs.ReceiveMessageOutput{Messages: messages}, nil
}
