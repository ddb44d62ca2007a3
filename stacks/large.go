package stacks

import (
	sfn "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// largeID begins the ids of what belongs to the larger job.
const largeID = "Large"

// large is the larger job, which is like the first but for its size.
func (props JobProps) large() JobProps {
	props.VCPU, props.MemoryMiB = props.Large.VCPU, props.Large.MemoryMiB
	return props
}

// newSecondRound adds the part of the workflow in which larger jobs take what ran out of memory, and
// returns the states that submit one, or an array of them. The choice leads there if the state before
// it asks for it, and they lead to the state that collects, once more. Without a larger job there is
// no such part.
func newSecondRound(
	scope constructs.Construct,
	props WorkflowProps,
	check sfn.Choice,
	collect sfn.IChainable,
) []sfn.CustomState {
	if props.Large == nil {
		return nil
	}
	props.Definition = props.Large
	submit := submitJob(scope, "SubmitLargeBatchJob", "Submit Large Batch Job", props, nil)
	shards := jsii.String("$.shards")
	submitArray := submitJob(scope, "SubmitLargeBatchArrayJob", "Submit Large Batch Array Job", props,
		sfn.JsonPath_NumberAt(shards))
	// From here on the input is as it was after the planning, so that all that follows reads it there.
	start := sfn.NewPass(scope, jsii.String("StartLargeRound"), &sfn.PassProps{
		StateName: jsii.String("Start Large Round"),
		InputPath: jsii.String("$.large"),
	})
	choose := sfn.NewChoice(scope, jsii.String("ChooseLargeJob"), &sfn.ChoiceProps{
		StateName: jsii.String("Choose large job"),
		Comment:   jsii.String("An array has at least two children"),
	})
	start.Next(choose.
		When(sfn.Condition_NumberEquals(shards, jsii.Number(1)), submit.Next(collect), nil).
		Otherwise(submitArray.Next(collect)))
	check.When(sfn.Condition_IsPresent(jsii.String("$.large")), start, nil)
	return []sfn.CustomState{submit, submitArray}
}
