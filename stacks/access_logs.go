package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/hardened"
)

// AccessLogsProps are the props of [NewAccessLogs].
type AccessLogsProps struct {
	// Of are the buckets whose requests are logged, and Days how long the log is kept.
	Of      []awss3.IBucket
	Days    int
	Removal awscdk.RemovalPolicy
}

// NewAccessLogs keeps a log of every request to buckets, in a bucket of its own: a log in the
// same bucket would log itself.
func NewAccessLogs(scope constructs.Construct, id string, props AccessLogsProps) awss3.Bucket {
	logs := hardened.NewBucket(scope, id, hardened.BucketProps{
		// S3 delivers access logs only to a bucket with its own encryption ("Enabling
		// Amazon S3 server access logging", Amazon S3 User Guide).
		Key:       nil,
		Versioned: true,
		Rules: []*awss3.LifecycleRule{{
			Id:                          jsii.String("ExpireAccessLogs"),
			Expiration:                  awscdk.Duration_Days(jsii.Number(props.Days)),
			NoncurrentVersionExpiration: awscdk.Duration_Days(jsii.Number(1)),
		}},
		Removal: props.Removal,
	})
	logs.AddToResourcePolicy(policies.AccessLogsPolicy(logs, props.Of...))
	for _, bucket := range props.Of {
		// Not the L2's property, which would grant the same again.
		bucket.Node().DefaultChild().(awss3.CfnBucket).SetLoggingConfiguration(&awss3.CfnBucket_LoggingConfigurationProperty{
			DestinationBucketName: logs.BucketName(),
		})
	}
	return logs
}
