package hardened

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
)

// BucketProps are the props of [NewBucket].
type BucketProps struct {
	// Key encrypts the objects; nil for S3's own key.
	Key       awskms.IKey
	Versioned bool
	// Rules say when objects and unfinished uploads expire.
	Rules   []*awss3.LifecycleRule
	Removal awscdk.RemovalPolicy
}

// NewBucket returns a bucket that is private, encrypted, without access control lists,
// and reached by TLS alone.
func NewBucket(scope constructs.Construct, id string, props BucketProps) awss3.Bucket {
	options := &awss3.BucketProps{
		Encryption:        awss3.BucketEncryption_S3_MANAGED,
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:   awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		Versioned:         &props.Versioned,
		LifecycleRules:    &props.Rules,
		RemovalPolicy:     props.Removal,
	}
	if props.Key != nil {
		options.Encryption = awss3.BucketEncryption_KMS
		options.EncryptionKey = props.Key
		// Otherwise every object is a request to KMS.
		options.BucketKeyEnabled = jsii.Bool(true)
	}
	bucket := awss3.NewBucket(scope, &id, options)
	bucket.AddToResourcePolicy(policies.BucketPolicy(bucket))
	return bucket
}
