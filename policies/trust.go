package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
)

// TrustStepFunctions lets Step Functions take a role for the state machines of this
// account and region. The ARN of one alone would be a circle: a state machine needs
// its role first.
func TrustStepFunctions() awsiam.IPrincipal {
	return trust("states.amazonaws.com", conditions{
		"StringEquals": map[string]any{"aws:SourceAccount": *awscdk.Aws_ACCOUNT_ID()},
		"ArnLike":      map[string]any{"aws:SourceArn": arn("states", "stateMachine:*")},
	})
}

// TrustLambda lets Lambda take a role. Lambda does not say for which function, so
// there is no condition to put.
func TrustLambda() awsiam.IPrincipal {
	return trust("lambda.amazonaws.com", nil)
}

// TrustTaskExecution lets ECS take the role with which it starts a task. No page of
// AWS says that it tells for whom, so there is no condition: a wrong one would let no
// job start.
func TrustTaskExecution() awsiam.IPrincipal {
	return trust("ecs-tasks.amazonaws.com", nil)
}

// TrustTasks lets the tasks of this account take a role; Batch runs a job as a task
// of ECS ("Amazon ECS task IAM role", Amazon ECS Developer Guide).
func TrustTasks() awsiam.IPrincipal {
	return trust("ecs-tasks.amazonaws.com", conditions{
		"StringEquals": map[string]any{"aws:SourceAccount": *awscdk.Aws_ACCOUNT_ID()},
		"ArnLike":      map[string]any{"aws:SourceArn": arn("ecs", "*")},
	})
}

// TrustFlowLogs lets the flow logs of this account take a role ("Publish flow logs to
// CloudWatch Logs", Amazon VPC User Guide).
func TrustFlowLogs() awsiam.IPrincipal {
	return trust("vpc-flow-logs.amazonaws.com", conditions{
		"StringEquals": map[string]any{"aws:SourceAccount": *awscdk.Aws_ACCOUNT_ID()},
		"ArnLike":      map[string]any{"aws:SourceArn": arn("ec2", "vpc-flow-log/*")},
	})
}

func trust(service string, when conditions) awsiam.IPrincipal {
	return awsiam.NewServicePrincipal(jsii.String(service), &awsiam.ServicePrincipalOpts{Conditions: when.props()})
}
