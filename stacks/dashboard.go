package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	cloudwatch "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	sfn "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// DashboardProps are the props of [NewDashboard].
type DashboardProps struct {
	StateMachine sfn.StateMachine
	// Executions is the log of the state machine, Jobs that of the jobs.
	Executions awslogs.ILogGroup
	Jobs       awslogs.ILogGroup
	Alarms     *Alarms
}

// A widget takes half of the page's width.
const (
	widgetWidth  = 12
	widgetHeight = 6
)

// NewDashboard returns a page that shows how the pipeline does.
func NewDashboard(scope constructs.Construct, id string, props DashboardProps) cloudwatch.Dashboard {
	sum := &cloudwatch.MetricOptions{Statistic: jsii.String("Sum")}
	machine := props.StateMachine
	return cloudwatch.NewDashboard(scope, &id, &cloudwatch.DashboardProps{
		DefaultInterval: awscdk.Duration_Days(jsii.Number(7)),
		Widgets: &[]*[]cloudwatch.IWidget{
			{
				newGraph(
					"Executions",
					machine.MetricStarted(sum),
					machine.MetricSucceeded(sum),
					machine.MetricFailed(sum),
					machine.MetricTimedOut(sum),
					machine.MetricAborted(sum),
				),
				newGraph("Duration of an execution", machine.MetricTime(nil)),
			},
			{
				cloudwatch.NewAlarmStatusWidget(&cloudwatch.AlarmStatusWidgetProps{
					Title:  jsii.String("Should be zero"),
					Alarms: &props.Alarms.All,
					Width:  jsii.Number(widgetWidth),
					Height: jsii.Number(widgetHeight),
				}),
				// AWS Batch has no metrics; the state machine's log says what became of its jobs.
				newLogQuery("Jobs by state", props.Executions,
					"filter details.resourceType = 'batch'",
					"stats count() as jobs by type",
				),
			},
			{
				newLogQuery("Failing objects", props.Jobs,
					"filter level = 'WARN' or level = 'ERROR'",
					"fields @timestamp, msg, key, exit_code, reason",
					"sort @timestamp desc",
					"limit 50",
				),
				newLogQuery("Failing states", props.Executions,
					"filter type like /Failed|TimedOut|Aborted/",
					"fields @timestamp, type, details.error, details.cause",
					"sort @timestamp desc",
					"limit 50",
				),
			},
		},
	})
}

func newGraph(title string, metrics ...cloudwatch.IMetric) cloudwatch.IWidget {
	return cloudwatch.NewGraphWidget(&cloudwatch.GraphWidgetProps{
		Title:  &title,
		Left:   &metrics,
		Width:  jsii.Number(widgetWidth),
		Height: jsii.Number(widgetHeight),
	})
}

func newLogQuery(title string, group awslogs.ILogGroup, lines ...string) cloudwatch.IWidget {
	return cloudwatch.NewLogQueryWidget(&cloudwatch.LogQueryWidgetProps{
		Title:         &title,
		LogGroupNames: &[]*string{group.LogGroupName()},
		QueryLines:    jsii.Strings(lines...),
		Width:         jsii.Number(widgetWidth),
		Height:        jsii.Number(widgetHeight),
	})
}
