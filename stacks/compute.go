package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// ComputeProps are the props of [NewCompute].
type ComputeProps struct {
	Network *PipelineNetwork
	// MaxVCPUs is how many vCPUs may run at once, on Spot and on plain Fargate each.
	MaxVCPUs int
	// QueueLimit is how long a job that cannot start may stay at the head of the queue.
	QueueLimit time.Duration
}

// Compute is a job queue, and the capacity behind it.
type Compute struct {
	constructs.Construct
	Queue awsbatch.JobQueue
}

// NewCompute returns a queue that runs jobs on Fargate Spot, and on plain Fargate
// when Spot has no capacity.
func NewCompute(scope constructs.Construct, id string, props ComputeProps) *Compute {
	c := &Compute{Construct: constructs.NewConstruct(scope, &id)}
	c.Queue = awsbatch.NewJobQueue(c.Construct, jsii.String("Queue"), &awsbatch.JobQueueProps{
		ComputeEnvironments: &[]*awsbatch.OrderedComputeEnvironment{
			{Order: jsii.Number(1), ComputeEnvironment: c.fargate("Spot", props, true)},
			{Order: jsii.Number(2), ComputeEnvironment: c.fargate("OnDemand", props, false)},
		},
		JobStateTimeLimitActions: stuckJobActions(props.QueueLimit),
	})
	return c
}

func (c *Compute) fargate(id string, props ComputeProps, spot bool) awsbatch.IComputeEnvironment {
	return awsbatch.NewFargateComputeEnvironment(c.Construct, &id, &awsbatch.FargateComputeEnvironmentProps{
		Vpc:            props.Network.VPC,
		VpcSubnets:     props.Network.Subnets,
		SecurityGroups: &[]awsec2.ISecurityGroup{props.Network.SecurityGroup},
		MaxvCpus:       jsii.Number(props.MaxVCPUs),
		Spot:           &spot,
	})
}

// stuckJobActions cancels a job that cannot start, which otherwise blocks the queue
// for ever. The reasons are all that AWS Batch knows ("JobStateTimeLimitAction", AWS
// Batch API Reference).
func stuckJobActions(limit time.Duration) *[]*awsbatch.JobStateTimeLimitAction {
	var actions []*awsbatch.JobStateTimeLimitAction
	for _, reason := range []awsbatch.JobStateTimeLimitActionsReason{
		awsbatch.JobStateTimeLimitActionsReason_INSUFFICIENT_INSTANCE_CAPACITY,
		awsbatch.JobStateTimeLimitActionsReason_COMPUTE_ENVIRONMENT_MAX_RESOURCE,
		awsbatch.JobStateTimeLimitActionsReason_JOB_RESOURCE_REQUIREMENT,
	} {
		actions = append(actions, &awsbatch.JobStateTimeLimitAction{Reason: reason, MaxTime: seconds(limit)})
	}
	return &actions
}

func seconds(d time.Duration) awscdk.Duration {
	return awscdk.Duration_Seconds(jsii.Number(d.Seconds()))
}
