package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
)

// TopicPolicy denies every request to publish without TLS.
func TopicPolicy(topic awssns.ITopic) awsiam.PolicyStatement {
	return denyWithoutTLS([]string{"sns:Publish"}, []string{*topic.TopicArn()})
}

// LetRulesPublish lets the rules, and no other events, publish to the topic.
func LetRulesPublish(topic awssns.ITopic, ruleARNs []string) awsiam.PolicyStatement {
	return fromRules("LetRulesPublish", []string{"sns:Publish"}, *topic.TopicArn(), ruleARNs)
}

// LetAlarmsPublish lets the alarms of this account publish to the topic.
func LetAlarmsPublish(topic awssns.ITopic) awsiam.PolicyStatement {
	statement := allowIf("LetAlarmsPublish", []string{"sns:Publish"}, []string{*topic.TopicArn()}, conditions{
		"StringEquals": map[string]any{"aws:SourceAccount": *awscdk.Aws_ACCOUNT_ID()},
		"ArnLike":      map[string]any{"aws:SourceArn": arn("cloudwatch", "alarm:*")},
	})
	statement.AddPrincipals(awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil))
	return statement
}

// LetBudgetsPublish lets the budgets of this account publish to the topic ("Creating an Amazon SNS
// topic for budget notifications", AWS Cost Management User Guide).
func LetBudgetsPublish(topic awssns.ITopic) awsiam.PolicyStatement {
	statement := allowIf("LetBudgetsPublish", []string{"sns:Publish"}, []string{*topic.TopicArn()}, ofBudgets())
	statement.AddPrincipals(budgets())
	return statement
}

// BudgetsKeyPolicy lets the budgets of this account use the key that encrypts the topic.
func BudgetsKeyPolicy() awsiam.PolicyStatement {
	return onKey("PublishBudgets", budgets(), useData, ofBudgets())
}

func budgets() awsiam.IPrincipal {
	return awsiam.NewServicePrincipal(jsii.String("budgets.amazonaws.com"), nil)
}

// ofBudgets holds for the budgets of this account, which have no region.
func ofBudgets() conditions {
	arn := "arn:" + *awscdk.Aws_PARTITION() + ":budgets::" + *awscdk.Aws_ACCOUNT_ID() + ":*"
	return conditions{
		"StringEquals": map[string]any{"aws:SourceAccount": *awscdk.Aws_ACCOUNT_ID()},
		"ArnLike":      map[string]any{"aws:SourceArn": arn},
	}
}

// QueuePolicy lets the rules send what could not be published to the queue, and denies
// every request without TLS.
func QueuePolicy(queue awssqs.IQueue, ruleARNs []string) []awsiam.PolicyStatement {
	return []awsiam.PolicyStatement{
		fromRules("LetRulesSend", []string{"sqs:SendMessage"}, *queue.QueueArn(), ruleARNs),
		denyWithoutTLS([]string{"sqs:*"}, []string{*queue.QueueArn()}),
	}
}

func fromRules(sid string, actions []string, resource string, ruleARNs []string) awsiam.PolicyStatement {
	statement := allowIf(
		sid,
		actions,
		[]string{resource},
		conditions{"ArnEquals": map[string]any{"aws:SourceArn": ruleARNs}},
	)
	statement.AddPrincipals(awsiam.NewServicePrincipal(jsii.String("events.amazonaws.com"), nil))
	return statement
}

func denyWithoutTLS(actions, resources []string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("DenyWithoutTLS"),
		Effect:     awsiam.Effect_DENY,
		Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
		Actions:    jsii.Strings(actions...),
		Resources:  jsii.Strings(resources...),
		Conditions: conditions{"Bool": map[string]any{"aws:SecureTransport": "false"}}.props(),
	})
}
