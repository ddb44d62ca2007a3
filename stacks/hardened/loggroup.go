package hardened

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// LogGroupProps are the props of [NewLogGroup].
type LogGroupProps struct {
	// Days is how long an event is kept: one of the numbers that CloudWatch Logs allows.
	Days    int
	Removal awscdk.RemovalPolicy
	// Key encrypts the log; nil for the service's own key.
	Key awskms.IKey
	// Name is a physical name; empty for a generated one.
	Name string
}

// NewLogGroup returns a log group that keeps its events for a limited time. It is not protected
// from deletion, because then a first deployment that fails could not delete it.
func NewLogGroup(scope constructs.Construct, id string, props LogGroupProps) awslogs.LogGroup {
	group := awslogs.NewLogGroup(scope, &id, &awslogs.LogGroupProps{
		EncryptionKey: props.Key,
		RemovalPolicy: props.Removal,
	})
	resource := group.Node().DefaultChild().(awslogs.CfnLogGroup)
	// The L2 takes the days as one of an enum; the configuration's check has the numbers.
	resource.SetRetentionInDays(jsii.Number(props.Days))
	if props.Name != "" {
		resource.SetLogGroupName(&props.Name)
	}
	return group
}
