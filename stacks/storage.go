package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/hardened"
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
	// Bucket is how the bucket is made.
	Bucket hardened.BucketProps
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
	if props.Bucket.Versioned {
		rules = append(rules, &awss3.LifecycleRule{
			Id:                          jsii.String("ExpireOldVersions"),
			NoncurrentVersionExpiration: awscdk.Duration_Days(jsii.Number(oldVersionDays)),
			ExpiredObjectDeleteMarker:   jsii.Bool(true),
		})
	}
	bucket := props.Bucket
	bucket.Rules = rules
	s.Bucket = hardened.NewBucket(s.Construct, "Bucket", bucket)
	return s
}

// location is a location as the programs know it.
func location(l policies.Location) contract.Location {
	return contract.Location{Bucket: *l.Bucket.BucketName(), Prefix: l.Prefix}
}
