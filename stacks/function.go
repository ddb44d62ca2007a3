package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
)

const (
	// functionMemoryMiB gives a function one whole vCPU ("Configure Lambda function
	// memory", AWS Lambda Developer Guide).
	functionMemoryMiB = 1769
	// listingLimit leaves time to list, or to add up, ten million objects, and
	// inventoryLimit to read and to add up a hundred million of an inventory; Lambda
	// allows no more ("Lambda quotas", AWS Lambda Developer Guide).
	listingLimit   = 5 * time.Minute
	inventoryLimit = 15 * time.Minute
	// planningGiB is the most that /tmp may have ("Configure ephemeral storage for Lambda
	// functions", AWS Lambda Developer Guide). What was listed is kept there, 1 GB for ten
	// million objects with keys of common length, or what is sorted of an inventory, 4 GB
	// for a hundred million.
	planningGiB = 10
)

// FunctionProps are the props of [NewPipelineFunction].
type FunctionProps struct {
	// Program is the folder under lambda/ that the function was built from, and Folder
	// where its "bootstrap" is.
	Program     string
	Folder      string
	Description string
	Settings    map[string]string
	// Limit is how long an invocation may take.
	Limit time.Duration
	// ScratchGiB is how much room /tmp has; 0 for the half that costs nothing.
	ScratchGiB int
	// Policies are what the function may, besides logging and tracing, by their names.
	Policies map[string]awsiam.PolicyDocument
	// Concurrency is how many invocations are set aside for the function, and so how many
	// it may have at once; 0 for none set aside.
	Concurrency int
	// Network is where the function runs; nil for the network of the Lambda service.
	Network *PipelineNetwork
	Logs    LogProps
}

// NewPipelineFunction returns a function built from Go.
func NewPipelineFunction(scope constructs.Construct, id string, props FunctionProps) awslambda.Function {
	f := constructs.NewConstruct(scope, &id)
	logs := NewLogGroup(f, "Logs", props.Logs)
	granted := props.Policies
	granted["FunctionPolicy"] = policies.FunctionPolicy(logs)
	function := &awslambda.FunctionProps{
		Description:  &props.Description,
		Code:         awslambda.Code_FromAsset(&props.Folder, nil),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: awslambda.Architecture_ARM_64(),
		// The runtime starts "bootstrap" whatever this says, so it can say which program that is.
		Handler:     &props.Program,
		Environment: variables(props.Settings),
		MemorySize:  jsii.Number(functionMemoryMiB),
		Timeout:     seconds(props.Limit),
		Tracing:     awslambda.Tracing_ACTIVE,
		LogGroup:    logs,
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
		function.SecurityGroups = &[]awsec2.ISecurityGroup{props.Network.SecurityGroup}
	}
	function.Role = NewRole(f, "Role", RoleProps{
		AssumedBy:   policies.TrustLambda(),
		Description: props.Description,
		Policies:    granted,
	})
	return awslambda.NewFunction(f, jsii.String("Function"), function)
}
