package stacks

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	sfn "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"

	"batchjobwithlambda/batch/contract"
)

// OutputsProps are the props of [NewOutputs].
type OutputsProps struct {
	// Pipeline is the pipeline's name, with which the names of its outputs begin.
	Pipeline string
	// Plan has the locations and bounds that the input of an execution is checked against.
	Plan contract.PlanSettings
	// Bucket is the pipeline's own.
	Bucket       awss3.IBucket
	StateMachine sfn.IStateMachine
	Definition   awsbatch.IJobDefinition
	// JobLogs has the logs of the jobs.
	JobLogs awslogs.ILogGroup
	Console *Console
	// More are outputs that only some pipelines have.
	More []Output
}

// Output is one output of a stack: a command to type, or a page to open.
type Output struct{ Name, Description, Value string }

// Outputs says what to do next: the commands to type and the pages to open.
type Outputs struct {
	constructs.Construct
	prefix string
}

// NewOutputs adds the outputs of a pipeline to its stack.
func NewOutputs(scope constructs.Construct, id string, props OutputsProps) *Outputs {
	o := &Outputs{
		Construct: constructs.NewConstruct(scope, &id),
		prefix:    pascalCase(props.Pipeline),
	}
	region := *awscdk.Aws_REGION()
	machine := *props.StateMachine.StateMachineArn()
	o.add("UploadCommand", "Puts files where the pipeline finds them",
		"aws s3 cp --recursive FOLDER "+props.Plan.Input.String())
	o.add("StartCommand", "Runs the command over every object",
		"aws stepfunctions start-execution --region "+region+" --state-machine-arn "+machine)
	o.add("StateMachineLink", "Shows the executions",
		props.Console.Host+"/states/home?region="+region+"#/statemachines/view/"+machine)
	o.add("BucketLink", "Shows the pipeline's own bucket, with the files of runs",
		props.Console.Host+"/s3/buckets/"+*props.Bucket.BucketName()+"?region="+region)
	o.addFacts(props)
	for _, output := range props.More {
		o.add(output.Name, output.Description, output.Value)
	}
	return o
}

// addFacts adds what batch/operate finds the pipeline by.
func (o *Outputs) addFacts(props OutputsProps) {
	o.add("StateMachine", "Is the state machine of the pipeline", *props.StateMachine.StateMachineArn())
	o.add("JobDefinition", "Is what the jobs of the next run are", *props.Definition.JobDefinitionArn())
	o.add("JobLogs", "Is the log group of the jobs", *props.JobLogs.LogGroupName())
	var settings []string
	for _, name := range slices.Sorted(maps.Keys(props.Plan.Variables())) {
		settings = append(settings, name+"="+props.Plan.Variables()[name])
	}
	o.add("PlanSettings", "Is what a run is planned by, and its input checked against", strings.Join(settings, " "))
}

// add adds an output under a name without a hash, for people to type.
func (o *Outputs) add(name, description, value string) {
	awscdk.NewCfnOutput(o.Construct, &name, &awscdk.CfnOutputProps{
		Value:       &value,
		Description: &description,
	}).OverrideLogicalId(new(o.prefix + name))
}

// pascalCase writes a name such as "thumb-nails" as "ThumbNails". No two names become one,
// because each hyphen has a letter behind it.
func pascalCase(name string) string {
	var words strings.Builder
	for word := range strings.SplitSeq(name, "-") {
		words.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return words.String()
}
