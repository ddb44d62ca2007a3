package stacks

import (
	"batchjobwithlambda/policies"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	cloudwatch "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	sfn "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// AlarmsProps are the props of [NewAlarms].
type AlarmsProps struct {
	StateMachine sfn.StateMachine
	Preprocess   awslambda.IFunction
	Collect      awslambda.IFunction
	Undelivered  awssqs.IQueue
	// Topic is whom to tell.
	Topic awssns.Topic
}

// Alarms are the figures that should be zero. All of them show on the dashboard; those
// that nothing else tells of also publish to the topic, so that nobody is told twice of
// one failure.
type Alarms struct {
	constructs.Construct
	All []interfacesawscloudwatch.IAlarmRef
}

// NewAlarms returns the alarms of a pipeline.
func NewAlarms(scope constructs.Construct, id string, props AlarmsProps) *Alarms {
	a := &Alarms{Construct: constructs.NewConstruct(scope, &id)}
	// How long a figure is added up before an alarm looks at it.
	period := awscdk.Duration_Minutes(jsii.Number(5))
	sum := &cloudwatch.MetricOptions{Period: period, Statistic: jsii.String("Sum")}
	a.add("ExecutionsFailed", "Runs that failed; the topic was told by the run itself", props.StateMachine.MetricFailed(sum))
	a.add("ExecutionsTimedOut", "Runs that took too long; the topic was told by a rule", props.StateMachine.MetricTimedOut(sum))
	a.add("PreprocessErrors", "Plans that failed; the topic was told by the run", props.Preprocess.MetricErrors(sum))
	a.add("CollectErrors", "Reports that failed; the topic was told by the run", props.Collect.MetricErrors(sum))

	props.Topic.AddToResourcePolicy(policies.LetAlarmsPublish(props.Topic))
	for _, untold := range []cloudwatch.CfnAlarm{
		a.add("ExecutionsThrottled", "Step Functions slows the pipeline down: too many state transitions in this account", props.StateMachine.MetricThrottled(sum)),
		a.add("UndeliveredMessages", "Messages that could not be published wait in the dead-letter queue", props.Undelivered.MetricApproximateNumberOfMessagesVisible(&cloudwatch.MetricOptions{
			Period: period, Statistic: jsii.String("Maximum"),
		})),
	} {
		untold.SetAlarmActions(&[]*string{props.Topic.TopicArn()})
	}
	return a
}

// add returns an alarm that goes off when the metric is above zero.
func (a *Alarms) add(id, description string, metric cloudwatch.IMetric) cloudwatch.CfnAlarm {
	alarm := cloudwatch.NewAlarm(a.Construct, &id, &cloudwatch.AlarmProps{
		AlarmDescription:   &description,
		Metric:             metric,
		Threshold:          jsii.Number(0),
		ComparisonOperator: cloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
		EvaluationPeriods:  jsii.Number(1),
		// While nothing runs there is nothing to measure.
		TreatMissingData: cloudwatch.TreatMissingData_NOT_BREACHING,
	})
	a.All = append(a.All, alarm)
	return alarm.Node().DefaultChild().(cloudwatch.CfnAlarm)
}
