package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/hardened"
	"batchjobwithlambda/stacks/network"
	"batchjobwithlambda/stacks/programs"
)

// planningGiB is the most that /tmp may have ("Configure ephemeral storage for Lambda
// functions", AWS Lambda Developer Guide). What was listed is kept there, 1 GB for ten
// million objects with keys of common length, or what is sorted, 4 GB for a hundred million.
const planningGiB = 10

// FunctionsProps are the props of [NewFunctions].
type FunctionsProps struct {
	Built *programs.Programs
	Data  policies.Data
	// Plan and Collect are the settings of each.
	Plan    contract.PlanSettings
	Collect contract.CollectSettings
	// Limit is how long an invocation of either may take.
	Limit time.Duration
	// Concurrency is how many invocations are set aside for each; 0 for none.
	Concurrency int
	// Network is where they run; nil for the network of the Lambda service.
	Network *network.Network
	Logs    hardened.LogGroupProps
}

// NewFunctions returns the function that plans a run, and the one that adds it up.
func NewFunctions(scope constructs.Construct, props FunctionsProps) (preprocess, collect awslambda.Function) {
	preprocess = NewFunction(scope, "Preprocess", FunctionProps{
		Program:     "preprocess",
		Folder:      props.Built.Preprocess,
		Description: "Plans a run: lists the objects and cuts them into shards",
		Settings:    props.Plan.Variables(),
		PolicyName:  "PreprocessPolicy",
		Policy:      policies.PreprocessPolicy(props.Data),
		Limit:       props.Limit,
		ScratchGiB:  planningGiB,
		Concurrency: props.Concurrency,
		Network:     props.Network,
		Logs:        props.Logs,
	})
	collect = NewFunction(scope, "Collect", FunctionProps{
		Program:     "collect",
		Folder:      props.Built.Collect,
		Description: "Adds up a run: writes the report and the notification",
		Settings:    props.Collect.Variables(),
		PolicyName:  "CollectPolicy",
		Policy:      policies.CollectPolicy(props.Data),
		Limit:       props.Limit,
		Concurrency: props.Concurrency,
		Network:     props.Network,
		Logs:        props.Logs,
	})
	return preprocess, collect
}
