package hardened

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// KeyProps are the props of [NewKey].
type KeyProps struct {
	Description string
	// Policy is everything that anybody may do with the key.
	Policy  awsiam.PolicyDocument
	Removal awscdk.RemovalPolicy
}

// NewKey returns a key of the account's own, which AWS KMS rotates every year.
func NewKey(scope constructs.Construct, id string, props KeyProps) awskms.IKey {
	return awskms.NewKey(scope, &id, &awskms.KeyProps{
		Description:       &props.Description,
		EnableKeyRotation: jsii.Bool(true),
		Policy:            props.Policy,
		RemovalPolicy:     props.Removal,
	})
}
