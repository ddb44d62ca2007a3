package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/stacks/hardened"
)

// QueueProps are the props of [NewQueue].
type QueueProps struct {
	// Environments are in the order in which the queue is to use them.
	Environments []awsbatch.IComputeEnvironment
	// Priority decides between the queues of the same environments: the highest comes first.
	Priority int
	// Limit is how long a job that cannot start may stay at the head of the queue.
	Limit time.Duration
}

// NewQueue returns a job queue.
func NewQueue(scope constructs.Construct, id string, props QueueProps) awsbatch.JobQueue {
	var environments []*awsbatch.OrderedComputeEnvironment
	for i, environment := range props.Environments {
		environments = append(environments, &awsbatch.OrderedComputeEnvironment{
			Order:              jsii.Number(i + 1),
			ComputeEnvironment: environment,
		})
	}
	return awsbatch.NewJobQueue(scope, &id, &awsbatch.JobQueueProps{
		ComputeEnvironments:      &environments,
		Priority:                 jsii.Number(props.Priority),
		JobStateTimeLimitActions: stuckJobActions(props.Limit),
	})
}

// stuckJobActions cancel a job that cannot start, which otherwise blocks the queue for
// ever. For these reasons AWS Batch may act by itself on Fargate; service role permissions,
// "ACTION_REQUIRED" and "UNDETERMINED" need a person, whom the rule for blocked queues tells ("Automatic
// remediation with jobStateTimeLimitActions", AWS Batch User Guide).
func stuckJobActions(limit time.Duration) *[]*awsbatch.JobStateTimeLimitAction {
	var actions []*awsbatch.JobStateTimeLimitAction
	for _, reason := range []awsbatch.JobStateTimeLimitActionsReason{
		awsbatch.JobStateTimeLimitActionsReason_INSUFFICIENT_INSTANCE_CAPACITY,
		awsbatch.JobStateTimeLimitActionsReason_COMPUTE_ENVIRONMENT_MAX_RESOURCE,
		awsbatch.JobStateTimeLimitActionsReason_JOB_RESOURCE_REQUIREMENT,
	} {
		actions = append(actions, &awsbatch.JobStateTimeLimitAction{
			Reason:  reason,
			MaxTime: hardened.Seconds(limit),
		})
	}
	return &actions
}
