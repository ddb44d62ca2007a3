package stacks

import (
	"cmp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"

	"batchjobwithlambda/policies"
)

// ExistingProps are the props of [NewExisting].
type ExistingProps struct {
	// Bucket is the bucket's name, and Prefix what the keys begin with.
	Bucket string
	Prefix string
	// Account is the account that the bucket has to belong to; empty for that of the stack.
	Account string
	// Key is the ARN of the key that the bucket encrypts with by default; empty for none.
	Key string
	// Region is where the bucket is; empty for the region of the stack.
	Region string
}

// NewExisting returns a location in a bucket that the stack has not made. Its id is what the
// pipeline uses it for: Input or Output.
func NewExisting(scope constructs.Construct, id string, props ExistingProps) policies.Location {
	location := policies.Location{
		Bucket: awss3.Bucket_FromBucketName(scope, new(id+"Bucket"), &props.Bucket),
		Prefix: props.Prefix,
		Owner:  cmp.Or(props.Account, *awscdk.Aws_ACCOUNT_ID()),
		Region: props.Region,
	}
	if props.Key != "" {
		location.Key = awskms.Key_FromKeyArn(scope, new(id+"Key"), &props.Key)
	}
	return location
}

// ownersOutputs are what the owner of a bucket in another account pastes into the policies of the
// bucket and of its key.
func ownersOutputs(scope constructs.Construct, id string, grant policies.OwnersGrant) []Output {
	text := func(policy awsiam.PolicyDocument) string {
		return *awscdk.Stack_Of(scope).ToJsonString(policy, nil)
	}
	outputs := []Output{{
		Name:        id + "BucketPolicy",
		Description: "What the owner of the bucket adds to its policy",
		Value:       text(grant.Bucket),
	}}
	if grant.Key != nil {
		outputs = append(outputs, Output{
			Name:        id + "KeyPolicy",
			Description: "What the owner of the key adds to its policy",
			Value:       text(grant.Key),
		})
	}
	return outputs
}
