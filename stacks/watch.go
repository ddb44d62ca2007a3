package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	cloudwatch "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	sfn "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/hardened"
)

// WatchProps are the props of [NewWatch].
type WatchProps struct {
	// Label begins every message, as it begins the workflow's own.
	Label        string
	StateMachine sfn.IStateMachine
	Queue        awsbatch.IJobQueue
	// Topic is what the rules and the alarm publish to. Its policy must let them.
	Topic awssns.ITopic
	// Chat is what the rules publish to as well; nil for none.
	Chat awssns.ITopic
	// Undelivered are the props of the dead-letter queue.
	Undelivered hardened.QueueProps
}

// Watch notifies of what no Catch sees: an execution that ended without a notification, and
// a job that blocks the queue.
type Watch struct {
	constructs.Construct
	// RuleARNs are the rules that publish.
	RuleARNs []string
	// Undelivered is the dead-letter queue of the rules, and Alarm goes off when there is a
	// message in it.
	Undelivered awssqs.Queue
	Alarm       cloudwatch.Alarm
}

// NewWatch returns rules that publish to the topic.
func NewWatch(scope constructs.Construct, id string, props WatchProps) *Watch {
	w := &Watch{Construct: constructs.NewConstruct(scope, &id)}
	w.Undelivered = hardened.NewQueue(w.Construct, "Undelivered", props.Undelivered)
	w.RuleARNs = []string{
		w.unreportedEnd(props),
		w.blockedQueue(props),
	}
	for _, statement := range policies.QueuePolicy(w.Undelivered, w.RuleARNs) {
		w.Undelivered.AddToResourcePolicy(statement)
	}
	w.Alarm = newMessagesAlarm(
		w.Construct,
		"UndeliveredMessages",
		"Messages that could not be published wait in the dead-letter queue",
		w.Undelivered,
		props.Topic,
	)
	return w
}

// unreportedEnd notifies of an execution that ended without doing so itself.
func (w *Watch) unreportedEnd(props WatchProps) string {
	return w.rule("UnreportedEnd", ruleProps{
		description: "An execution ended without a notification of its own",
		source:      "aws.states",
		detailType:  "Step Functions Execution Status Change",
		detail: map[string]any{
			"stateMachineArn": []any{*props.StateMachine.StateMachineArn()},
			"$or":             unreportedEnds(),
		},
		paths: map[string]string{
			"status":    "$.detail.status",
			"run":       "$.detail.name",
			"execution": "$.detail.executionArn",
		},
		// The topic may have taken the run's own message although its answer was lost.
		message: props.Label + " <status>: run <run> ended without a report of its own. If one did reach you, it holds. " +
			"Otherwise start the run again: it skips what is done. Execution: <execution>",
	}, props)
}

// unreportedEnds are the ends of an execution that notified nobody: it was stopped, or took
// too long, or failed with any error but those that the workflow itself ends with after it
// notified. An event without an error is reported twice rather than not at all.
func unreportedEnds() []any {
	reported := []any{
		contract.ErrorInvalidInput,
		contract.ErrorPlanning,
		contract.ErrorObjects,
		contract.ErrorCollecting,
	}
	return []any{
		map[string]any{"status": []any{"TIMED_OUT", "ABORTED"}},
		map[string]any{
			"status": []any{"FAILED"},
			"error":  []any{map[string]any{"anything-but": reported}, map[string]any{"exists": false}},
		},
	}
}

// blockedQueue notifies of a job that cannot start, behind which all others wait.
func (w *Watch) blockedQueue(props WatchProps) string {
	return w.rule("BlockedQueue", ruleProps{
		description: "A job cannot start, and blocks the queue",
		source:      "aws.batch",
		detailType:  "Batch Job Queue Blocked",
		detail:      map[string]any{"jobQueue": []any{*props.Queue.JobQueueArn()}},
		paths: map[string]string{
			"job":    "$.detail.jobId",
			"reason": "$.detail.statusReason",
		},
		message: props.Label + " BLOCKED: job <job> cannot start and blocks the queue: <reason>",
	}, props)
}

type ruleProps struct {
	description, source, detailType string
	detail                          map[string]any
	// paths are the parts of the event that the message names in angle brackets.
	paths   map[string]string
	message string
}

// rule returns the ARN of a rule that publishes to the topics. It is the L1, because the
// L2's target grants itself what policies/ has to say.
func (w *Watch) rule(id string, props ruleProps, to WatchProps) string {
	targets := []any{w.target("Topic", to.Topic, props, `"`+props.message+`"`)}
	if to.Chat != nil {
		targets = append(targets, w.target("Chat", to.Chat, props, chatTemplate(props.message)))
	}
	rule := awsevents.NewCfnRule(w.Construct, &id, &awsevents.CfnRuleProps{
		Description: &props.description,
		EventPattern: map[string]any{
			"source":      []any{props.source},
			"detail-type": []any{props.detailType},
			"detail":      props.detail,
		},
		Targets: targets,
	})
	return *rule.AttrArn()
}

// target publishes what the template makes of the event.
func (w *Watch) target(id string, topic awssns.ITopic, props ruleProps, template string) any {
	return &awsevents.CfnRule_TargetProperty{
		Id:  &id,
		Arn: topic.TopicArn(),
		InputTransformer: &awsevents.CfnRule_InputTransformerProperty{
			InputPathsMap: hardened.Variables(props.paths),
			InputTemplate: &template,
		},
		DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: w.Undelivered.QueueArn()},
	}
}
