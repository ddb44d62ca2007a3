package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	cloudwatch "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	sfn "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// DashboardProps are the props of [NewDashboard].
type DashboardProps struct {
	Sections []DashboardSection
	Console  *Console
}

// DashboardSection is what the dashboard shows of a pipeline.
type DashboardSection struct {
	// Title is the pipeline as messages name it.
	Title        string
	StateMachine sfn.StateMachine
	// Executions is the log of the state machine, Jobs that of the jobs.
	Executions awslogs.ILogGroup
	Jobs       awslogs.ILogGroup
	Alarms     []interfacesawscloudwatch.IAlarmRef
}

// A widget takes half of the page's width.
const (
	widgetWidth  = 12
	widgetHeight = 6
)

// Dashboard is a page that shows how the pipelines do, a section each.
type Dashboard struct {
	constructs.Construct
}

// NewDashboard returns a dashboard, and an output of the stack that opens it. It is one for all
// pipelines, because CloudWatch bills by the dashboard: three are free in an account.
func NewDashboard(scope constructs.Construct, id string, props DashboardProps) *Dashboard {
	d := &Dashboard{Construct: constructs.NewConstruct(scope, &id)}
	var rows []*[]cloudwatch.IWidget
	for _, section := range props.Sections {
		rows = append(rows, section.rows()...)
	}
	page := cloudwatch.NewDashboard(d.Construct, jsii.String("Page"), &cloudwatch.DashboardProps{
		DefaultInterval: awscdk.Duration_Days(jsii.Number(7)),
		Widgets:         &rows,
	})
	awscdk.NewCfnOutput(d.Construct, jsii.String("Link"), &awscdk.CfnOutputProps{
		Description: jsii.String("Shows how the pipelines do"),
		Value: jsii.String(props.Console.Host + "/cloudwatch/home?region=" + *awscdk.Aws_REGION() +
			"#dashboards/dashboard/" + *page.DashboardName()),
	}).OverrideLogicalId(jsii.String("DashboardLink"))
	return d
}

// rows are the section's widgets. AWS Batch has no metrics, so that the logs say what became of
// jobs and objects.
func (s DashboardSection) rows() []*[]cloudwatch.IWidget {
	return []*[]cloudwatch.IWidget{
		{cloudwatch.NewTextWidget(&cloudwatch.TextWidgetProps{
			Markdown: jsii.String("# " + s.Title),
			Width:    jsii.Number(2 * widgetWidth),
			Height:   jsii.Number(1),
		})},
		{
			s.runs(),
			newLogQuery("Newest runs", s.Executions, cloudwatch.LogQueryVisualizationType_TABLE,
				"filter type = 'TaskStateExited' and details.name = 'Collect results'",
				`parse execution_arn /(?<run>[^:]+)$/`,
				`parse details.output '"subject":"*"' as message`,
				"display @timestamp, run, message",
				"sort @timestamp desc",
				"limit 50",
			),
		},
		{
			newLogQuery("Objects, those of jobs that go on too", s.Jobs, cloudwatch.LogQueryVisualizationType_TABLE,
				"filter msg = 'working' or msg = 'finished'",
				"stats max(done) as d, max(skipped) as s, max(failed) as f, max(seconds) as t by @logStream",
				"stats sum(d) as done, sum(s) as skipped, sum(f) as failed, sum(t) as seconds, "+
					"done / seconds as done_a_second_of_a_job",
			),
			newLogQuery("Objects by the hour", s.Jobs, cloudwatch.LogQueryVisualizationType_STACKEDAREA,
				"filter msg = 'finished'",
				"stats sum(done) as objects_done, sum(skipped) as objects_skipped, sum(failed) as objects_failed by bin(1h)",
			),
		},
		{
			newLogQuery("Jobs: what neither finished nor stopped goes on, or died", s.Jobs,
				cloudwatch.LogQueryVisualizationType_TABLE,
				"filter msg = 'started' or msg = 'finished' or msg = 'stopped'",
				"stats count() as jobs by msg",
			),
			cloudwatch.NewAlarmStatusWidget(&cloudwatch.AlarmStatusWidgetProps{
				Title:  jsii.String("Should be zero"),
				Alarms: &s.Alarms,
				Width:  jsii.Number(widgetWidth),
				Height: jsii.Number(widgetHeight),
			}),
		},
		{
			newLogQuery("Newest failures", s.Jobs, cloudwatch.LogQueryVisualizationType_TABLE,
				"filter level = 'WARN' or level = 'ERROR'",
				"fields @timestamp, msg, key, exit_code, reason, error",
				"sort @timestamp desc",
				"limit 50",
			),
			newLogQuery("Failing states", s.Executions, cloudwatch.LogQueryVisualizationType_TABLE,
				"filter type like /Failed|TimedOut|Aborted/",
				"fields @timestamp, type, details.error, details.cause",
				"sort @timestamp desc",
				"limit 50",
			),
		},
	}
}

// runs is a graph of the runs by their ends, and of how long they took.
func (s DashboardSection) runs() cloudwatch.IWidget {
	sum := &cloudwatch.MetricOptions{Statistic: jsii.String("Sum")}
	return cloudwatch.NewGraphWidget(&cloudwatch.GraphWidgetProps{
		Title: jsii.String("Runs, and how long they took"),
		Left: &[]cloudwatch.IMetric{
			s.StateMachine.MetricStarted(sum),
			s.StateMachine.MetricSucceeded(sum),
			s.StateMachine.MetricFailed(sum),
			s.StateMachine.MetricTimedOut(sum),
			s.StateMachine.MetricAborted(sum),
		},
		Right:  &[]cloudwatch.IMetric{s.StateMachine.MetricTime(nil)},
		Width:  jsii.Number(widgetWidth),
		Height: jsii.Number(widgetHeight),
	})
}

func newLogQuery(
	title string,
	group awslogs.ILogGroup,
	view cloudwatch.LogQueryVisualizationType,
	lines ...string,
) cloudwatch.IWidget {
	return cloudwatch.NewLogQueryWidget(&cloudwatch.LogQueryWidgetProps{
		Title:         &title,
		LogGroupNames: &[]*string{group.LogGroupName()},
		QueryLines:    jsii.Strings(lines...),
		View:          view,
		Width:         jsii.Number(widgetWidth),
		Height:        jsii.Number(widgetHeight),
	})
}
