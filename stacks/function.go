package stacks

import (
	"maps"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/hardened"
	"batchjobwithlambda/stacks/network"
)

// functionMemoryMiB gives a function one whole vCPU ("Configure Lambda function memory",
// AWS Lambda Developer Guide).
const functionMemoryMiB = 1769

// FunctionProps are the props of [NewFunction].
type FunctionProps struct {
	// Program is the folder under lambda/ that the function was built from, and Folder
	// where its "bootstrap" is.
	Program     string
	Folder      string
	Description string
	// Settings are the function's environment variables.
	Settings map[string]string
	// PolicyName and Policy are what the function may do, besides logging and tracing.
	PolicyName string
	Policy     awsiam.PolicyDocument
	// Limit is how long an invocation may take.
	Limit time.Duration
	// ScratchGiB is how much room /tmp has; 0 for the half that costs nothing.
	ScratchGiB int
	// Concurrency is how many invocations are set aside for the function, and so how many
	// it may have at once; 0 for none set aside.
	Concurrency int
	// Network is where the function runs; nil for the network of the Lambda service.
	Network *network.Network
	Logs    hardened.LogGroupProps
}

// NewFunction returns a function built from Go.
func NewFunction(scope constructs.Construct, id string, props FunctionProps) awslambda.Function {
	f := constructs.NewConstruct(scope, &id)
	logs := hardened.NewLogGroup(f, "Logs", props.Logs)
	granted := map[string]awsiam.PolicyDocument{
		props.PolicyName: props.Policy,
		"FunctionPolicy": policies.FunctionPolicy(logs),
	}
	settings := maps.Clone(props.Settings)
	function := &awslambda.FunctionProps{
		Description:  &props.Description,
		Code:         awslambda.Code_FromAsset(&props.Folder, nil),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: awslambda.Architecture_ARM_64(),
		// The runtime starts "bootstrap" whatever this says, so it can say which program that is.
		Handler:    &props.Program,
		MemorySize: jsii.Number(functionMemoryMiB),
		Timeout:    hardened.Seconds(props.Limit),
		Tracing:    awslambda.Tracing_ACTIVE,
		LogGroup:   logs,
	}
	if props.ScratchGiB > 0 {
		function.EphemeralStorageSize = awscdk.Size_Gibibytes(jsii.Number(props.ScratchGiB))
	}
	if props.Concurrency > 0 {
		function.ReservedConcurrentExecutions = jsii.Number(props.Concurrency)
	}
	if props.Network != nil {
		granted["FunctionNetworkPolicy"] = policies.FunctionNetworkPolicy()
		function.Vpc = props.Network.VPC
		function.VpcSubnets = props.Network.Subnets
		function.SecurityGroups = &props.Network.SecurityGroups
		maps.Copy(settings, props.Network.Variables())
	}
	function.Environment = hardened.Variables(settings)
	function.Role = hardened.NewRole(f, "Role", hardened.RoleProps{
		AssumedBy:   policies.TrustLambda(),
		Description: props.Description,
		Policies:    granted,
	})
	return awslambda.NewFunction(f, jsii.String("Function"), function)
}
