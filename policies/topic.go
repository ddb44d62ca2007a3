package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"
)

// TopicPolicy refuses everybody who publishes without TLS.
func TopicPolicy(topic awssns.ITopic) awsiam.PolicyStatement {
	return denyWithoutTLS([]string{"sns:Publish"}, []string{*topic.TopicArn()})
}

func denyWithoutTLS(actions, resources []string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("DenyWithoutTLS"),
		Effect:     awsiam.Effect_DENY,
		Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
		Actions:    jsii.Strings(actions...),
		Resources:  jsii.Strings(resources...),
		Conditions: conditions{"Bool": map[string]any{"aws:SecureTransport": "false"}}.props(),
	})
}
