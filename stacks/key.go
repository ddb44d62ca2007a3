package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
)

// DataKeyProps are the props of [NewDataKey].
type DataKeyProps struct {
	// Inventories says that S3 encrypts inventories with it.
	Inventories bool
	Removal     awscdk.RemovalPolicy
}

// NewDataKey returns a key of the account's own, which is rotated every year.
func NewDataKey(scope constructs.Construct, id string, props DataKeyProps) awskms.IKey {
	return awskms.NewKey(scope, &id, &awskms.KeyProps{
		Description:       jsii.String("Encrypts what the pipeline stores, logs and says"),
		EnableKeyRotation: jsii.Bool(true),
		Policy:            policies.KeyPolicy(props.Inventories),
		RemovalPolicy:     props.Removal,
	})
}
