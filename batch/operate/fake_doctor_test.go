package main

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// listStackResources lists one resource on each page.
func (f *fake) listStackResources(r map[string]any) (any, error) {
	resources := []struct{ kind, id string }{
		{"AWS::Batch::ComputeEnvironment", "arn:spot"},
		{"AWS::Batch::JobQueue", "arn:queue"},
		{"AWS::SQS::Queue", "https://sqs/dead-letters"},
		{"AWS::SNS::Topic", "arn:topic"},
	}
	page := 0
	if token, ok := r["NextToken"].(string); ok {
		page, _ = strconv.Atoi(token)
	}
	output := cloudformation.ListStackResourcesOutput{StackResourceSummaries: []cfntypes.StackResourceSummary{{
		ResourceType:       &resources[page].kind,
		PhysicalResourceId: &resources[page].id,
	}}}
	if page+1 < len(resources) {
		output.NextToken = aws.String(strconv.Itoa(page + 1))
	}
	return output, nil
}

func (f *fake) describeComputeEnvironments(map[string]any) (any, error) {
	return batch.DescribeComputeEnvironmentsOutput{ComputeEnvironments: []batchtypes.ComputeEnvironmentDetail{{
		ComputeEnvironmentName: aws.String("spot"),
		ComputeEnvironmentArn:  aws.String("arn:spot"),
		State:                  f.environmentState,
		Status:                 batchtypes.CEStatusValid,
		ComputeResources:       &batchtypes.ComputeResource{MaxvCpus: aws.Int32(16)},
	}}}, nil
}

func (f *fake) describeJobQueues(map[string]any) (any, error) {
	return batch.DescribeJobQueuesOutput{JobQueues: []batchtypes.JobQueueDetail{{
		JobQueueName: aws.String("queue"),
		JobQueueArn:  aws.String("arn:queue"),
		State:        batchtypes.JQStateEnabled,
		Status:       batchtypes.JQStatusValid,
		ComputeEnvironmentOrder: []batchtypes.ComputeEnvironmentOrder{
			{ComputeEnvironment: aws.String("arn:spot"), Order: aws.Int32(1)},
		},
	}}}, nil
}

func (f *fake) describeImages(map[string]any) (any, error) { return ecr.DescribeImagesOutput{}, nil }

func (f *fake) getQueueAttributes(map[string]any) (any, error) {
	return sqs.GetQueueAttributesOutput{
		Attributes: map[string]string{"ApproximateNumberOfMessages": strconv.Itoa(f.deadLetters)},
	}, nil
}
