package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"
)

// TagPipeline is the tag by which a pipeline knows its own jobs. Its value is the name of
// the stack and that of the pipeline, "STACK/PIPELINE".
const TagPipeline = "pipeline"

// Jobs are the jobs that a state machine runs.
type Jobs struct {
	Queue      awsbatch.IJobQueue
	Definition awsbatch.IJobDefinition
	// Large is the definition of the larger job; nil for none.
	Large awsbatch.IJobDefinition
	// Pipeline is the value of the tag that the jobs are submitted with.
	Pipeline string
}

// BatchJobWithLambdaAccessPolicy lets the state machine run its jobs to their end
// and notify. It is the sample's policy, narrowed to this pipeline's jobs.
func BatchJobWithLambdaAccessPolicy(jobs Jobs, topics ...awssns.ITopic) awsiam.PolicyDocument {
	var told []string
	for _, topic := range topics {
		told = append(told, *topic.TopicArn())
	}
	submitted := append([]string{*jobs.Queue.JobQueueArn()}, jobs.definitions()...)
	return document(append([]awsiam.PolicyStatement{
		allow("Notify", []string{"sns:Publish"}, told),
		allow("SubmitJobs", []string{"batch:SubmitJob"}, submitted),
		// A job that is submitted with tags is refused without this. Its tags are asked for
		// as the submission is: on the definition, which is what the refusal names. There is
		// no condition on the tags, because no page says that AWS Batch sends them.
		allow("TagJobs", []string{"batch:TagResource"}, submitted),
		// A job's ARN is not known before it is submitted, its tag is. Without this, an
		// execution that is stopped leaves its job running.
		allowIf("StopOwnJobs", []string{"batch:TerminateJob"}, []string{arn("batch", "job/*")},
			conditions{"StringEquals": map[string]any{"aws:ResourceTag/" + TagPipeline: jobs.Pipeline}}),
		// DescribeJobs does not support resource-level permissions.
		allow("WatchJobs", []string{"batch:DescribeJobs"}, anyResource),
		allowIf("CreateJobEventsRule", []string{"events:PutRule"}, []string{jobEventsRule()},
			conditions{"StringEquals": map[string]any{"events:detail-type": "Batch Job State Change"}}),
		allow("UseJobEventsRule", []string{"events:PutTargets", "events:DescribeRule"}, []string{jobEventsRule()}),
	}, useTopicKey(topics[0])...)...) // All topics have the same key.
}

// revisions are all revisions of the definition, and of no other: an execution that began
// before a deployment submits the one that it began with ("UpdateStateMachine", AWS Step
// Functions API Reference). The ARN of a revision is that of the definition, a colon and a number.
func revisions(definition awsbatch.IJobDefinition) string {
	parts := awscdk.Fn_Split(jsii.String(":"), definition.JobDefinitionArn(), nil)
	return arn("batch", *awscdk.Fn_Select(jsii.Number(5), parts)+":*")
}

// EndOverdueJobsPolicy lets the state machine find the jobs of a run that took too long: a state
// whose timeout strikes does not learn its job's id. ListJobs does not support resource-level
// permissions. Which of the jobs may be ended is for the statement StopOwnJobs to say.
func EndOverdueJobsPolicy() awsiam.PolicyDocument {
	return document(allow("ListJobs", []string{"batch:ListJobs"}, anyResource))
}

// useTopicKey allows to use the key that encrypts the topic, if one does.
func useTopicKey(topic awssns.ITopic) []awsiam.PolicyStatement {
	if key := topic.MasterKey(); key != nil {
		return useKey("UseTopicKey", byWayOf("sns"), useData, *key.KeyArn())
	}
	return nil
}

// jobEventsRule is the rule by which Step Functions learns that a job ended. It
// makes and owns it, one for the whole account.
func jobEventsRule() string {
	return arn("events", "rule/StepFunctionsGetEventsForBatchJobsRule")
}

// InvokeGenerateBatchJobMapLambdaPolicy lets the state machine invoke its functions:
// the sample's policy, for the two functions there are here.
func InvokeGenerateBatchJobMapLambdaPolicy(functions ...awslambda.IFunction) awsiam.PolicyDocument {
	var arns []string
	for _, function := range functions {
		arns = append(arns, *function.FunctionArn())
	}
	return document(allow("InvokeFunctions", []string{"lambda:InvokeFunction"}, arns))
}

// ObserveExecutionsPolicy lets the state machine log and trace itself. None of its
// actions supports resource-level permissions ("Logging in CloudWatch Logs" and "X-Ray tracing", AWS
// Step Functions Developer Guide).
func ObserveExecutionsPolicy() awsiam.PolicyDocument {
	return document(
		allow("DeliverLogs", []string{
			"logs:CreateLogDelivery",
			"logs:GetLogDelivery",
			"logs:UpdateLogDelivery",
			"logs:DeleteLogDelivery",
			"logs:ListLogDeliveries",
			"logs:PutResourcePolicy",
			"logs:DescribeResourcePolicies",
			"logs:DescribeLogGroups",
		}, anyResource),
		allow("TraceExecutions", []string{
			"xray:PutTraceSegments",
			"xray:PutTelemetryRecords",
			"xray:GetSamplingRules",
			"xray:GetSamplingTargets",
		}, anyResource),
	)
}
