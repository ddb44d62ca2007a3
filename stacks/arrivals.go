package stacks

import (
	"strings"

	cloudwatch "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/hardened"
	"batchjobwithlambda/stacks/network"
)

// mostReceives is how often a message is handed out before it goes to the dead-letter queue: only
// one that cannot be read comes to that, or all of them when no run can be planned for a day.
const mostReceives = 288

// ArrivalsProps are the props of [NewArrivals].
type ArrivalsProps struct {
	// Input is where objects arrive.
	Input policies.Location
	// Own is the pipeline's own bucket, and Existing the name of the one that Input is in instead;
	// empty if it is in the own one.
	Own      awss3.Bucket
	Existing string
	// Queue are the props of the queue. Its visibility timeout is as long as a run may be planned.
	Queue hardened.QueueProps
	// Topic is what the alarm publishes to.
	Topic awssns.ITopic
}

// Arrivals is a queue with a message for each object that was created, until a run is planned that
// has it.
type Arrivals struct {
	constructs.Construct
	Queue awssqs.Queue
	// Alarm goes off when nobody worked on what arrived.
	Alarm cloudwatch.Alarm

	existing string
}

// NewArrivals returns the queue, and a rule that fills it. A bucket of the pipeline's own sends its
// events; for an existing one there is a command, see [Arrivals.Outputs].
func NewArrivals(scope constructs.Construct, id string, props ArrivalsProps) *Arrivals {
	a := &Arrivals{Construct: constructs.NewConstruct(scope, &id), existing: props.Existing}
	if props.Existing == "" {
		sendEvents(props.Own)
	}
	lost := hardened.NewQueue(a.Construct, "Unread", hardened.QueueProps{Key: props.Queue.Key})
	queue := props.Queue
	queue.DeadLetters, queue.MostReceives = lost, mostReceives
	a.Queue = hardened.NewQueue(a.Construct, "Queue", queue)
	rule := []string{a.rule(props, lost)}
	for _, filled := range []awssqs.Queue{a.Queue, lost} {
		for _, statement := range policies.QueuePolicy(filled, rule) {
			filled.AddToResourcePolicy(statement)
		}
	}
	a.Alarm = newMessagesAlarm(a.Construct, "UnreadArrivals",
		"Arrivals that nobody could read or plan wait in the dead-letter queue", lost, props.Topic)
	return a
}

// rule returns the ARN of the rule. It sends what an event says of the object, and to the
// dead-letter queue what the queue does not take.
func (a *Arrivals) rule(props ArrivalsProps, lost awssqs.IQueue) string {
	detail := map[string]any{"bucket": map[string]any{"name": []any{*props.Input.Bucket.BucketName()}}}
	if props.Input.Prefix != "" {
		detail["object"] = map[string]any{"key": []any{map[string]any{"prefix": props.Input.Prefix}}}
	}
	rule := awsevents.NewCfnRule(a.Construct, jsii.String("Created"), &awsevents.CfnRuleProps{
		Description: jsii.String("An object was created that is an input"),
		EventPattern: map[string]any{
			"source":      []any{"aws.s3"},
			"detail-type": []any{"Object Created"},
			"detail":      detail,
		},
		Targets: []any{&awsevents.CfnRule_TargetProperty{
			Id:               jsii.String("Queue"),
			Arn:              a.Queue.QueueArn(),
			InputPath:        jsii.String("$.detail.object"),
			DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: lost.QueueArn()},
		}},
	})
	return *rule.AttrArn()
}

// sendEvents has a bucket of the stack's own send its events. The CDK would do it by a helper
// function with wide grants.
func sendEvents(bucket awss3.Bucket) {
	bucket.Node().DefaultChild().(awss3.CfnBucket).SetNotificationConfiguration(
		&awss3.CfnBucket_NotificationConfigurationProperty{
			EventBridgeConfiguration: &awss3.CfnBucket_EventBridgeConfigurationProperty{
				EventBridgeEnabled: jsii.Bool(true),
			},
		})
}

// Outputs has the command by which the owner of an existing bucket has it send its events. It leaves
// the bucket's other notifications as they are: S3 replaces all of them at once.
func (a *Arrivals) Outputs() []Output {
	if a.existing == "" {
		return nil
	}
	const command = "aws s3api put-bucket-notification-configuration --bucket BUCKET --notification-configuration " +
		"\"$(aws s3api get-bucket-notification-configuration --bucket BUCKET --output json " +
		"--query 'merge(@, `{\"EventBridgeConfiguration\": {}}`)')\""
	return []Output{{
		Name:        "EventsCommand",
		Description: "Has the input's bucket send its events to EventBridge, once, besides its other notifications",
		Value:       strings.ReplaceAll(command, "BUCKET", a.existing),
	}}
}

// arrivalsService is what the function that plans runs needs to reach to learn what has arrived.
func arrivalsService() network.Service {
	return network.Service{ID: "Queues", Name: "sqs", Policy: policies.ArrivalsEndpointPolicy()}
}
