package doctor

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	alarmtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	topictypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/smithy-go"
)

// Notices are what people are told by, and what has not reached them.
type Notices struct {
	Subscriptions []topictypes.Subscription
	// DeadLetters says how many messages are in each dead-letter queue, by its URL.
	DeadLetters map[string]int
	Alarms      []alarmtypes.MetricAlarm
}

// pendingSubscription stands for the ARN of a subscription that nobody has confirmed
// ("ListSubscriptionsByTopic", Amazon SNS API Reference).
const pendingSubscription = "PendingConfirmation"

var subscriptionsCheck = Check{
	Name:  "subscriptions",
	Asks:  "Has the owner of each address confirmed it?",
	Known: "sns:ListSubscriptionsByTopic, SubscriptionArn",
	look: func(facts Facts, found func(Trouble)) {
		for _, subscription := range facts.Subscriptions {
			if aws.ToString(subscription.SubscriptionArn) != pendingSubscription {
				continue
			}
			address := aws.ToString(subscription.Endpoint)
			found(Trouble{
				Wrong: address + " is not notified: nobody has confirmed the subscription",
				Mend: fmt.Sprintf("open the link in the mail \"AWS Notification - Subscription Confirmation\";"+
					" to have it sent again: aws sns subscribe --topic-arn %s --protocol %s --notification-endpoint %s",
					aws.ToString(subscription.TopicArn), aws.ToString(subscription.Protocol), address),
			})
		}
	},
}

var deadLettersCheck = Check{
	Name:  "dead letters",
	Asks:  "Was everybody notified?",
	Known: "sqs:GetQueueAttributes, ApproximateNumberOfMessages",
	look: func(facts Facts, found func(Trouble)) {
		for _, url := range slices.Sorted(maps.Keys(facts.DeadLetters)) {
			if number := facts.DeadLetters[url]; number > 0 {
				found(Trouble{
					Wrong: fmt.Sprintf("%d messages wait in dead-letter queue %s", number, url),
					Mend:  "mend the topic or its key; aws sqs receive-message --queue-url " + url + " reads them",
				})
			}
		}
	},
}

var alarmsCheck = Check{
	Name:  "alarms",
	Asks:  "Is an alarm on?",
	Known: "cloudwatch:DescribeAlarms, StateValue",
	look: func(facts Facts, found func(Trouble)) {
		for _, alarm := range facts.Alarms {
			if alarm.StateValue != alarmtypes.StateValueAlarm {
				continue
			}
			name := aws.ToString(alarm.AlarmName)
			found(Trouble{
				Wrong: fmt.Sprintf("alarm %s is on: %s: %s",
					name, aws.ToString(alarm.AlarmDescription), aws.ToString(alarm.StateReason)),
				Mend: "aws cloudwatch describe-alarm-history --alarm-name " + name + " says since when",
			})
		}
	},
}

var notCheckedCheck = Check{
	Name:  "your permissions",
	Asks:  "Could everything be asked?",
	Known: "the error of the request",
	look: func(facts Facts, found func(Trouble)) {
		for _, not := range facts.NotChecked {
			trouble := Trouble{
				Wrong: fmt.Sprintf("not checked: %s failed: %v", not.Needs, not.Err),
				Mend:  "try again",
			}
			var refused smithy.APIError
			if not.Denied && errors.As(not.Err, &refused) {
				trouble.Wrong = fmt.Sprintf("not checked: needs %s: %s", not.Needs, refused.ErrorMessage())
				trouble.Mend = "docs/permissions.md has the policy of whoever watches"
			}
			found(trouble)
		}
	},
}
