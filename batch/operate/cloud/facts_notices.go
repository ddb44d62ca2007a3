package cloud

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// alarmsAtOnce is how many names DescribeAlarms takes ("DescribeAlarms", Amazon CloudWatch API Reference).
const alarmsAtOnce = 100

func (q *inquiry) askSubscriptions(ctx context.Context) error {
	for _, topic := range q.ids["AWS::SNS::Topic"] {
		pages := sns.NewListSubscriptionsByTopicPaginator(q.topics, &sns.ListSubscriptionsByTopicInput{TopicArn: &topic})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			q.facts.Subscriptions = append(q.facts.Subscriptions, page.Subscriptions...)
		}
	}
	return nil
}

func (q *inquiry) askDeadLetters(ctx context.Context) error {
	q.facts.DeadLetters = map[string]int{}
	const messages = sqstypes.QueueAttributeNameApproximateNumberOfMessages
	const redrive = sqstypes.QueueAttributeNameRedrivePolicy
	for _, url := range q.ids["AWS::SQS::Queue"] {
		answer, err := q.queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl:       &url,
			AttributeNames: []sqstypes.QueueAttributeName{messages, redrive},
		})
		if err != nil {
			return err
		}
		if answer.Attributes[string(redrive)] != "" { // It has a dead-letter queue, and is none.
			continue
		}
		number, err := strconv.Atoi(answer.Attributes[string(messages)])
		if err != nil {
			return fmt.Errorf("queue %s: %s: %w", url, messages, err)
		}
		q.facts.DeadLetters[url] = number
	}
	return nil
}

func (q *inquiry) askAlarms(ctx context.Context) error {
	names := q.ids["AWS::CloudWatch::Alarm"]
	if len(names) == 0 { // None given would mean all of the account.
		return nil
	}
	answer, err := q.alarms.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{
		AlarmNames: names[:min(len(names), alarmsAtOnce)],
		MaxRecords: aws.Int32(alarmsAtOnce),
	})
	if err == nil {
		q.facts.Alarms = answer.MetricAlarms
	}
	return err
}
