package main

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"batchjobwithlambda/test/wire"
)

const pipelineTemplate = `{"Resources": {"Spot": {"Type": "AWS::Batch::ComputeEnvironment", "Properties": {
	"ComputeResources": {"MaxvCpus": 16, "Type": "FARGATE_SPOT"}}}}}`

func (c *cloud) listStackResources(r map[string]any) (any, error) {
	if r["StackName"] != "BatchJobWithLambda-dev" {
		return nil, wire.Refusal{Code: "ValidationError", Message: "Stack does not exist"}
	}
	environment := "arn:spot"
	if c.updated && c.updateReplaces {
		environment = "arn:spot2"
	}
	summary := func(id, typeName, physical string) cfntypes.StackResourceSummary {
		return cfntypes.StackResourceSummary{
			LogicalResourceId:  &id,
			ResourceType:       &typeName,
			PhysicalResourceId: &physical,
		}
	}
	return cloudformation.ListStackResourcesOutput{StackResourceSummaries: []cfntypes.StackResourceSummary{
		summary("MainStateMachine", "AWS::StepFunctions::StateMachine", workflow),
		summary("Spot", environmentType, environment),
	}}, nil
}

func (c *cloud) getTemplate(map[string]any) (any, error) {
	return cloudformation.GetTemplateOutput{TemplateBody: &c.template}, nil
}

func (c *cloud) updateStack(r map[string]any) (any, error) {
	if r["Parameters.member.1.UsePreviousValue"] != "true" {
		return nil, errors.New("the stack's parameter has to stay as it was")
	}
	if !c.updateFails {
		c.template, c.updated = r["TemplateBody"].(string), true
	}
	return cloudformation.UpdateStackOutput{}, nil
}

func (c *cloud) describeStacks(map[string]any) (any, error) {
	status := cfntypes.StackStatusUpdateComplete
	if c.updateFails {
		status = cfntypes.StackStatusUpdateRollbackComplete
	}
	return cloudformation.DescribeStacksOutput{Stacks: []cfntypes.Stack{{
		StackName:   aws.String("BatchJobWithLambda-dev"),
		StackStatus: status,
		Parameters:  []cfntypes.Parameter{{ParameterKey: aws.String("BootstrapVersion"), ParameterValue: aws.String("21")}},
	}}}, nil
}

func (c *cloud) describeStackEvents(map[string]any) (any, error) {
	event := func(typeName string, status cfntypes.ResourceStatus, reason string) cfntypes.StackEvent {
		return cfntypes.StackEvent{
			EventId:              aws.String("event"),
			StackName:            aws.String("BatchJobWithLambda-dev"),
			LogicalResourceId:    aws.String("Spot"),
			ResourceType:         &typeName,
			ResourceStatus:       status,
			ResourceStatusReason: &reason,
		}
	}
	const stackType = "AWS::CloudFormation::Stack"
	return cloudformation.DescribeStackEventsOutput{StackEvents: []cfntypes.StackEvent{
		event(stackType, cfntypes.ResourceStatusUpdateRollbackComplete, ""),
		event(environmentType, cfntypes.ResourceStatusUpdateFailed, "The following parameters can't be updated"),
		event(stackType, cfntypes.ResourceStatusUpdateInProgress, "User Initiated"),
		event(environmentType, cfntypes.ResourceStatusUpdateFailed, "an older update"),
	}}, nil
}
