package stacks

import (
	"time"

	cloudwatch "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	sfn "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/stacks/hardened"
)

// alarmPeriod is how long a figure is added up before an alarm looks at it.
const alarmPeriod = 5 * time.Minute

// AlarmsProps are the props of [NewAlarms].
type AlarmsProps struct {
	StateMachine sfn.StateMachine
	Preprocess   awslambda.IFunction
	Collect      awslambda.IFunction
	// Topic is what the alarms publish to that have an action.
	Topic awssns.ITopic
}

// Alarms are the figures that should be zero. Those that nothing else notifies of
// also publish to the topic, so that nobody is notified twice of one failure.
type Alarms struct {
	constructs.Construct
	All []interfacesawscloudwatch.IAlarmRef
}

// NewAlarms returns the alarms of a pipeline.
func NewAlarms(scope constructs.Construct, id string, props AlarmsProps) *Alarms {
	a := &Alarms{Construct: constructs.NewConstruct(scope, &id)}
	sum := &cloudwatch.MetricOptions{Period: hardened.Seconds(alarmPeriod), Statistic: jsii.String("Sum")}
	a.All = []interfacesawscloudwatch.IAlarmRef{
		newAlarm(
			a.Construct,
			"ExecutionsFailed",
			"Runs that failed; the run itself has notified",
			props.StateMachine.MetricFailed(sum),
		),
		newAlarm(
			a.Construct,
			"ExecutionsTimedOut",
			"Runs that took too long; a rule has notified",
			props.StateMachine.MetricTimedOut(sum),
		),
		newAlarm(
			a.Construct,
			"PreprocessErrors",
			"Plans that failed; the run has notified",
			props.Preprocess.MetricErrors(sum),
		),
		newAlarm(
			a.Construct,
			"CollectErrors",
			"Reports that failed; the run has notified",
			props.Collect.MetricErrors(sum),
		),
		newAlarm(
			a.Construct,
			"ExecutionsThrottled",
			"Step Functions slows the pipeline down: too many state transitions in this account",
			props.StateMachine.MetricThrottled(sum),
			props.Topic,
		),
	}
	return a
}

// newMessagesAlarm returns an alarm that goes off when there is a message in the dead-letter queue.
func newMessagesAlarm(
	scope constructs.Construct,
	id, description string,
	queue awssqs.IQueue,
	topic awssns.ITopic,
) cloudwatch.Alarm {
	return newAlarm(scope, id, description, queue.MetricApproximateNumberOfMessagesVisible(&cloudwatch.MetricOptions{
		Period:    hardened.Seconds(alarmPeriod),
		Statistic: jsii.String("Maximum"),
	}), topic)
}

// newAlarm returns an alarm that goes off when the metric is above zero, and publishes to the
// topics.
func newAlarm(
	scope constructs.Construct,
	id, description string,
	metric cloudwatch.IMetric,
	actions ...awssns.ITopic,
) cloudwatch.Alarm {
	alarm := cloudwatch.NewAlarm(scope, &id, &cloudwatch.AlarmProps{
		AlarmDescription:   &description,
		Metric:             metric,
		Threshold:          jsii.Number(0),
		ComparisonOperator: cloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
		EvaluationPeriods:  jsii.Number(1),
		// While nothing runs there is nothing to measure.
		TreatMissingData: cloudwatch.TreatMissingData_NOT_BREACHING,
	})
	var topics []*string
	for _, topic := range actions {
		topics = append(topics, topic.TopicArn())
	}
	if len(topics) > 0 {
		// Not the L2's way, which would grant what policies/ has to say.
		alarm.Node().DefaultChild().(cloudwatch.CfnAlarm).SetAlarmActions(&topics)
	}
	return alarm
}
