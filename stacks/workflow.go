package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	sfn "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/hardened"
)

// WorkflowProps are the props of [NewWorkflow].
type WorkflowProps struct {
	// Pipeline is the name by which the pipeline knows its own jobs, "STACK/PIPELINE".
	Pipeline string
	// Label begins the subject of every message.
	Label string
	// Tags are put on every job, which hands them on to its task.
	Tags map[string]string
	// Preprocess plans a run, and Collect adds it up.
	Preprocess awslambda.IFunction
	Collect    awslambda.IFunction
	Queue      awsbatch.IJobQueue
	Definition awsbatch.IJobDefinition
	// Large is the definition of the larger job; nil for none.
	Large awsbatch.IJobDefinition
	// Job is what the definition's jobs do, for the one who is told of it.
	Job contract.Job
	// Topic is told how a run went, and Chat as well; nil if there is no chat.
	Topic, Chat awssns.ITopic
	// Console and Operate are how a chat is told where to look: a page, and the flags of batch/operate.
	Console *Console
	Operate string
	// InvokeLimit is how long to wait for either function, NotifyLimit how long it may take to
	// publish a message, SubmitLimit how long a job, from its submission to its end, EndingLimit
	// how long it may take to end one that took longer, and RunLimit how long an execution in all.
	InvokeLimit time.Duration
	NotifyLimit time.Duration
	SubmitLimit time.Duration
	EndingLimit time.Duration
	RunLimit    time.Duration
	Logs        hardened.LogGroupProps
}

// Workflow is the state machine that holds the pipeline together.
type Workflow struct {
	constructs.Construct
	StateMachine sfn.StateMachine
	LogGroup     awslogs.LogGroup
}

// NewWorkflow returns a state machine that logs every event, and traces.
func NewWorkflow(scope constructs.Construct, id string, props WorkflowProps) *Workflow {
	w := &Workflow{Construct: constructs.NewConstruct(scope, &id)}
	logs := props.Logs
	logs.Name = logGroupName(w.Construct, props.Pipeline)
	w.LogGroup = hardened.NewLogGroup(w.Construct, "Logs", logs)
	jobs := policies.Jobs{Queue: props.Queue, Definition: props.Definition, Large: props.Large, Pipeline: props.Pipeline}
	w.StateMachine = sfn.NewStateMachine(w.Construct, jsii.String("StateMachine"), &sfn.StateMachineProps{
		Comment: jsii.String(
			"Plans a run, runs its command over every object in one job or an array of jobs, adds up the results and notifies",
		),
		StateMachineType: sfn.StateMachineType_STANDARD,
		DefinitionBody:   sfn.DefinitionBody_FromChainable(newStates(w.Construct, props)),
		Timeout:          hardened.Seconds(props.RunLimit),
		Role: hardened.NewRole(w.Construct, "Role", hardened.RoleProps{
			AssumedBy:   policies.TrustStepFunctions(),
			Description: "Runs the state machine",
			Policies: map[string]awsiam.PolicyDocument{
				"BatchJobWithLambdaAccessPolicy": policies.BatchJobWithLambdaAccessPolicy(jobs, props.topics()...),
				"InvokeGenerateBatchJobMapLambdaPolicy": policies.InvokeGenerateBatchJobMapLambdaPolicy(
					props.Preprocess,
					props.Collect,
				),
				"EndOverdueJobsPolicy":    policies.EndOverdueJobsPolicy(),
				"ObserveExecutionsPolicy": policies.ObserveExecutionsPolicy(),
			},
		}),
		Logs: &sfn.LogOptions{
			Destination:          w.LogGroup,
			Level:                sfn.LogLevel_ALL,
			IncludeExecutionData: jsii.Bool(true),
		},
		TracingEnabled: jsii.Bool(true),
		RemovalPolicy:  awscdk.RemovalPolicy_DESTROY,
	})
	return w
}

func (props WorkflowProps) topics() []awssns.ITopic {
	if props.Chat == nil {
		return []awssns.ITopic{props.Topic}
	}
	return []awssns.ITopic{props.Topic, props.Chat}
}

// logGroupName begins with what CloudWatch Logs allows all AWS services together, in
// one statement; every other log group takes a piece of a resource policy that is
// 5,120 characters long for the whole account ("Logging in CloudWatch Logs", AWS Step
// Functions Developer Guide). The stack's id, unlike its name, is never used again, so
// a group that was kept is not in the way of a new stack.
func logGroupName(scope constructs.Construct, pipeline string) string {
	id := awscdk.Fn_Select(jsii.Number(2), awscdk.Fn_Split(jsii.String("/"), awscdk.Stack_Of(scope).StackId(), nil))
	return "/aws/vendedlogs/states/" + pipeline + "-" + *id
}
