package stacks

import (
	"batchjobwithlambda/policies"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

const (
	// unfinishedUploadDays is longer than any job may run, so that no lifecycle rule
	// takes the parts of an upload that still goes on.
	unfinishedUploadDays = 7
	// oldVersionDays is how long it may take somebody to notice that the wrong thing
	// was overwritten.
	oldVersionDays = 30
)

// StorageProps are the props of [NewStorage].
type StorageProps struct {
	// RunsPrefix is where the files of runs are, and RunDays how long they are kept.
	RunsPrefix string
	RunDays    int
	Versioned  bool
	Removal    awscdk.RemovalPolicy
	// Key encrypts the bucket; nil for S3's own.
	Key awskms.IKey
	// AccessLogDays is how long the log of who touched the bucket is kept; 0 for no log.
	AccessLogDays int
}

// Storage is the bucket that holds input, output and the files of runs.
type Storage struct {
	constructs.Construct
	Bucket awss3.Bucket
}

// NewStorage returns a bucket that is private, encrypted and reached by TLS alone.
func NewStorage(scope constructs.Construct, id string, props StorageProps) *Storage {
	s := &Storage{Construct: constructs.NewConstruct(scope, &id)}
	rules := []*awss3.LifecycleRule{
		{
			Id:                                  jsii.String("AbortUnfinishedUploads"),
			AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(unfinishedUploadDays)),
		},
		{
			Id:         jsii.String("ExpireRuns"),
			Prefix:     &props.RunsPrefix,
			Expiration: awscdk.Duration_Days(jsii.Number(props.RunDays)),
		},
	}
	if props.Versioned {
		rules = append(rules, &awss3.LifecycleRule{
			Id:                          jsii.String("ExpireOldVersions"),
			NoncurrentVersionExpiration: awscdk.Duration_Days(jsii.Number(oldVersionDays)),
			ExpiredObjectDeleteMarker:   jsii.Bool(true),
		})
	}
	bucket := &awss3.BucketProps{
		Encryption:     awss3.BucketEncryption_S3_MANAGED,
		Versioned:      &props.Versioned,
		LifecycleRules: &rules,
		RemovalPolicy:  props.Removal,
	}
	if props.Key != nil {
		bucket.Encryption = awss3.BucketEncryption_KMS
		bucket.EncryptionKey = props.Key
		// Otherwise every object is a request to KMS.
		bucket.BucketKeyEnabled = jsii.Bool(true)
	}
	s.Bucket = s.privateBucket("Bucket", bucket)
	if props.AccessLogDays > 0 {
		s.logAccess(props)
	}
	return s
}

// logAccess keeps a log of every request to the bucket, in a bucket of its own: a log
// in the same bucket would log itself.
func (s *Storage) logAccess(props StorageProps) {
	logs := s.privateBucket("AccessLogs", &awss3.BucketProps{
		// S3 delivers access logs only to a bucket with its own encryption ("Enabling
		// Amazon S3 server access logging", Amazon S3 User Guide).
		Encryption: awss3.BucketEncryption_S3_MANAGED,
		Versioned:  jsii.Bool(true),
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Id:                          jsii.String("ExpireAccessLogs"),
			Expiration:                  awscdk.Duration_Days(jsii.Number(props.AccessLogDays)),
			NoncurrentVersionExpiration: awscdk.Duration_Days(jsii.Number(1)),
		}},
		RemovalPolicy: props.Removal,
	})
	logs.AddToResourcePolicy(policies.AccessLogsPolicy(logs, s.Bucket))
	// Not the L2's property, which would grant the same again.
	s.Bucket.Node().DefaultChild().(awss3.CfnBucket).SetLoggingConfiguration(&awss3.CfnBucket_LoggingConfigurationProperty{
		DestinationBucketName: logs.BucketName(),
	})
}

func (s *Storage) privateBucket(id string, props *awss3.BucketProps) awss3.Bucket {
	props.BlockPublicAccess = awss3.BlockPublicAccess_BLOCK_ALL()
	props.ObjectOwnership = awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED
	bucket := awss3.NewBucket(s.Construct, &id, props)
	bucket.AddToResourcePolicy(policies.BucketPolicy(bucket))
	return bucket
}
