package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbudgets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
)

// BudgetProps are the props of [NewBudget].
type BudgetProps struct {
	// Of is what the budget is for: all of it, and the jobs, have the pipeline's tag.
	Of constructs.Construct
	// Pipeline is the value of the tag.
	Pipeline string
	// Dollars is the limit for a month.
	Dollars int
	Topic   awssns.ITopic
}

// alerts are the percentages of the limit that the topic is told of: of what was spent, and of what
// will have been at the end of the month.
var alerts = []struct {
	kind       string
	percentage float64
}{
	{"ACTUAL", 80},
	{"ACTUAL", 100},
	{"FORECASTED", 100},
}

// NewBudget returns a budget that tells the topic when a pipeline costs more than it should. It
// stops nothing.
func NewBudget(scope constructs.Construct, id string, props BudgetProps) awsbudgets.CfnBudget {
	awscdk.Tags_Of(props.Of).Add(jsii.String(policies.TagPipeline), &props.Pipeline, &awscdk.TagProps{
		ExcludeResourceTypes: jsii.Strings(replacedByTags...),
	})
	var notifications []any
	for _, alert := range alerts {
		notifications = append(notifications, &awsbudgets.CfnBudget_NotificationWithSubscribersProperty{
			Notification: &awsbudgets.CfnBudget_NotificationProperty{
				NotificationType:   &alert.kind,
				ComparisonOperator: jsii.String("GREATER_THAN"),
				Threshold:          &alert.percentage,
				ThresholdType:      jsii.String("PERCENTAGE"),
			},
			Subscribers: &[]any{
				&awsbudgets.CfnBudget_SubscriberProperty{
					SubscriptionType: jsii.String("SNS"),
					Address:          props.Topic.TopicArn(),
				},
			},
		})
	}
	budget := awsbudgets.NewCfnBudget(scope, &id, &awsbudgets.CfnBudgetProps{
		Budget: &awsbudgets.CfnBudget_BudgetDataProperty{
			BudgetType: jsii.String("COST"),
			TimeUnit:   jsii.String("MONTHLY"),
			BudgetLimit: &awsbudgets.CfnBudget_SpendProperty{
				Amount: jsii.Number(props.Dollars),
				Unit:   jsii.String("USD"),
			},
			CostFilters: map[string][]string{
				"TagKeyValue": {"user:" + policies.TagPipeline + "$" + props.Pipeline},
			},
		},
		NotificationsWithSubscribers: &notifications,
	})
	// AWS Budgets is refused by a topic that has no policy yet.
	budget.Node().AddDependency(props.Topic.Node().FindChild(jsii.String("Policy")))
	return budget
}
