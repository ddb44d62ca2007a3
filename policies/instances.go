package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
)

// What the agent of Amazon ECS on an instance does ("Amazon ECS container instance IAM role", Amazon
// ECS Developer Guide), less what is not done here: to make clusters, which AWS Batch does, to pull
// images and to write logs, which is for the role that starts a job's container, and to tag.
var (
	joinCluster = []string{
		"ecs:RegisterContainerInstance", "ecs:DeregisterContainerInstance",
		"ecs:SubmitContainerStateChange", "ecs:SubmitTaskStateChange", "ecs:SubmitAttachmentStateChanges",
	}
	takeWork = []string{"ecs:Poll", "ecs:StartTelemetrySession"}
	// DiscoverPollEndpoint does not support resource-level permissions.
	findWork = []string{"ecs:DiscoverPollEndpoint"}
)

// InstancePolicy lets an instance take jobs and say how they ended. AWS Batch names the cluster, so
// it may be any of the account.
func InstancePolicy() awsiam.PolicyDocument {
	return document(
		allow("JoinCluster", joinCluster, []string{arn("ecs", "cluster/*")}),
		allow("TakeWork", takeWork, []string{arn("ecs", "container-instance/*")}),
		allow("FindWork", findWork, anyResource),
	)
}

// ClustersEndpointPolicy lets this account's instances take jobs through an endpoint of Amazon ECS.
func ClustersEndpointPolicy() awsiam.PolicyStatement {
	actions := append(append([]string{}, joinCluster...), findWork...)
	return throughEndpoint("ReachService", actions, anyResource, ownAccount())
}

// TrustInstances lets EC2 take a role for an instance. No page says that it tells for which, so
// there is no condition.
func TrustInstances() awsiam.IPrincipal {
	return awsiam.NewServicePrincipal(jsii.String("ec2.amazonaws.com"), nil)
}
