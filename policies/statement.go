package policies

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
)

// conditions are the operators of a statement's condition, each with its keys.
type conditions map[string]any

func allow(sid string, actions, resources []string) awsiam.PolicyStatement {
	return allowIf(sid, actions, resources, nil)
}

func allowIf(sid string, actions, resources []string, when conditions) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        &sid,
		Actions:    jsii.Strings(actions...),
		Resources:  jsii.Strings(resources...),
		Conditions: when.props(),
	})
}

func (c conditions) props() *map[string]any {
	if c == nil {
		return nil
	}
	return (*map[string]any)(&c)
}

func document(statements ...awsiam.PolicyStatement) awsiam.PolicyDocument {
	return awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements})
}

// anyResource stands where the action does not support resource-level permissions.
var anyResource = []string{"*"}

// arn names something of this account and region that is no resource of the stack.
func arn(service, resource string) string {
	return strings.Join([]string{
		"arn", *awscdk.Aws_PARTITION(), service, *awscdk.Aws_REGION(), *awscdk.Aws_ACCOUNT_ID(), resource,
	}, ":")
}
