package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	cloudwatch "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	sfn "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/hardened"
)

// scheduleLate is how late a scheduled run may start: by then whatever is wrong has been told, and
// the next start may be near.
const scheduleLate = time.Hour

// StartsProps are the props of [NewStarts].
type StartsProps struct {
	StateMachine sfn.IStateMachine
	// Topic is what the alarm publishes to.
	Topic awssns.ITopic
	// Missed are the props of the dead-letter queue.
	Missed hardened.QueueProps
}

// Starts starts runs by the clock: schedules, the role by which they start executions of this
// state machine and of no other, and a dead-letter queue for what they could not start.
type Starts struct {
	constructs.Construct
	// Alarm goes off when a start failed.
	Alarm cloudwatch.Alarm

	stateMachine sfn.IStateMachine
	group        awsscheduler.CfnScheduleGroup
	role         awsiam.IRole
	missed       awssqs.IQueue
}

// NewStarts returns starts that nothing starts yet; see [Starts.Add].
func NewStarts(scope constructs.Construct, id string, props StartsProps) *Starts {
	s := &Starts{Construct: constructs.NewConstruct(scope, &id), stateMachine: props.StateMachine}
	missed := hardened.NewQueue(s.Construct, "Missed", props.Missed)
	missed.AddToResourcePolicy(policies.MissedStartsPolicy(missed))
	s.Alarm = newMessagesAlarm(
		s.Construct,
		"MissedStarts",
		"Starts that failed wait in the dead-letter queue",
		missed,
		props.Topic,
	)
	// A group of its own, because a role can trust a group, and no single schedule.
	s.group = awsscheduler.NewCfnScheduleGroup(s.Construct, jsii.String("Group"), &awsscheduler.CfnScheduleGroupProps{})
	s.missed = missed
	s.role = hardened.NewRole(s.Construct, "Role", hardened.RoleProps{
		AssumedBy:   policies.TrustSchedules(*s.group.AttrArn()),
		Description: "Starts runs by the clock",
		Policies: map[string]awsiam.PolicyDocument{
			"StartsPolicy": policies.StartsPolicy(*props.StateMachine.StateMachineArn(), missed),
		},
	})
	return s
}

// Start is what a schedule starts, and when.
type Start struct {
	// Prefix begins the names of the executions.
	Prefix string
	// Expression is a rate or a cron expression of EventBridge Scheduler, in the time zone.
	Expression string
	TimeZone   string
	// Input is the JSON of each execution's input.
	Input string
	// Late is for how long a start is tried again that AWS Step Functions did not take.
	Late time.Duration
}

// Add adds a schedule. It is the L1, because the L2's target grants itself what policies/ has to
// say, and does not name executions.
func (s *Starts) Add(id string, start Start) {
	target := awscdk.Stack_Of(s.Construct).ToJsonString(map[string]any{
		"StateMachineArn": *s.stateMachine.StateMachineArn(),
		// A name of its own for each start; the same for one that EventBridge delivers twice.
		"Name":  start.Prefix + "<aws.scheduler.execution-id>",
		"Input": start.Input,
	}, nil)
	awsscheduler.NewCfnSchedule(s.Construct, &id, &awsscheduler.CfnScheduleProps{
		GroupName:                  s.group.Ref(),
		ScheduleExpression:         &start.Expression,
		ScheduleExpressionTimezone: &start.TimeZone,
		// A run starts in the minute that was asked for: there are no others to be spread from.
		FlexibleTimeWindow: &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: jsii.String("OFF")},
		Target: &awsscheduler.CfnSchedule_TargetProperty{
			Arn:              jsii.String("arn:" + *awscdk.Aws_PARTITION() + ":scheduler:::aws-sdk:sfn:startExecution"),
			RoleArn:          s.role.RoleArn(),
			Input:            target,
			DeadLetterConfig: &awsscheduler.CfnSchedule_DeadLetterConfigProperty{Arn: s.missed.QueueArn()},
			RetryPolicy: &awsscheduler.CfnSchedule_RetryPolicyProperty{
				MaximumEventAgeInSeconds: jsii.Number(start.Late.Seconds()),
			},
		},
	})
}
