package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
)

// TrustSchedules lets EventBridge Scheduler take a role for the schedules of one group ("Confused
// deputy prevention in EventBridge Scheduler", Amazon EventBridge Scheduler User Guide: a single
// schedule cannot be named).
func TrustSchedules(groupARN string) awsiam.IPrincipal {
	return trust("scheduler.amazonaws.com", conditions{
		"StringEquals": map[string]any{"aws:SourceAccount": *awscdk.Aws_ACCOUNT_ID()},
		"ArnEquals":    map[string]any{"aws:SourceArn": groupARN},
	})
}

// StartsPolicy lets schedules start executions of one state machine, and leave what they could not
// start in the queue.
func StartsPolicy(stateMachineARN string, missed awssqs.IQueue) awsiam.PolicyDocument {
	return document(append([]awsiam.PolicyStatement{
		allow("StartRuns", []string{"states:StartExecution"}, []string{stateMachineARN}),
		allow("KeepMissedStarts", []string{"sqs:SendMessage"}, []string{*missed.QueueArn()}),
	}, useQueueKey(missed, useData)...)...)
}

// useQueueKey allows to use the key that encrypts the queue, if one does.
func useQueueKey(queue awssqs.IQueue, actions []string) []awsiam.PolicyStatement {
	if key := queue.EncryptionMasterKey(); key != nil {
		return useKey("UseQueueKey", byWayOf("sqs"), actions, *key.KeyArn())
	}
	return nil
}

// MissedStartsPolicy denies every request to the queue without TLS.
func MissedStartsPolicy(missed awssqs.IQueue) awsiam.PolicyStatement {
	return denyWithoutTLS([]string{"sqs:*"}, []string{*missed.QueueArn()})
}
