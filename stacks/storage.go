package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
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
	// inventoryDays keeps the inventories of four weeks: who starts a run wants the last,
	// and who asks why an object was not in a run of last month the one before it.
	inventoryDays = 30
)

// inventoryID is the name of the inventory, which is part of its keys.
const inventoryID = "input"

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
	// InventoryFrequency is how often S3 makes an inventory of what is below InputPrefix,
	// Daily or Weekly; empty for never.
	InventoryFrequency string
	InputPrefix        string
}

// Storage is the bucket that holds input, output and the files of runs.
type Storage struct {
	constructs.Construct
	Bucket awss3.Bucket
	// Inventories has the inventories of Bucket; nil if there are none.
	Inventories awss3.Bucket
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
	s.Bucket = hardened.NewBucket(s.Construct, "Bucket", hardened.BucketProps{
		Key:       props.Key,
		Versioned: props.Versioned,
		Rules:     rules,
		Removal:   props.Removal,
	})
	if props.InventoryFrequency != "" {
		s.takeInventory(props)
	}
	if props.AccessLogDays > 0 {
		s.logAccess(props)
	}
	return s
}

// takeInventory has S3 make inventories, in a bucket of their own: one that names itself
// as the destination is a circle, which CloudFormation refuses.
func (s *Storage) takeInventory(props StorageProps) {
	s.Inventories = hardened.NewBucket(s.Construct, "Inventories", hardened.BucketProps{
		Key:       props.Key,
		Versioned: true,
		Rules: []*awss3.LifecycleRule{{
			Id:                          jsii.String("ExpireInventories"),
			Expiration:                  awscdk.Duration_Days(jsii.Number(inventoryDays)),
			NoncurrentVersionExpiration: awscdk.Duration_Days(jsii.Number(1)),
		}},
		Removal: props.Removal,
	})
	s.Inventories.AddToResourcePolicy(policies.InventoriesPolicy(s.Inventories, s.Bucket))
	// Not the L2's AddInventory, which would grant the same again.
	s.Bucket.Node().DefaultChild().(awss3.CfnBucket).SetInventoryConfigurations(
		&[]any{&awss3.CfnBucket_InventoryConfigurationProperty{
			Id:                     jsii.String(inventoryID),
			Enabled:                jsii.Bool(true),
			Prefix:                 &props.InputPrefix,
			ScheduleFrequency:      &props.InventoryFrequency,
			IncludedObjectVersions: jsii.String("Current"),
			// What a plan needs besides the key; CSV is what it reads.
			OptionalFields: jsii.Strings("Size", "ETag"),
			Destination: &awss3.CfnBucket_DestinationProperty{
				BucketArn:       s.Inventories.BucketArn(),
				BucketAccountId: awscdk.Aws_ACCOUNT_ID(),
				Format:          jsii.String("CSV"),
			},
		}},
	)
}

// logAccess keeps a log of every request to the buckets, in a bucket of its own: a log
// in the same bucket would log itself.
func (s *Storage) logAccess(props StorageProps) {
	logs := hardened.NewBucket(s.Construct, "AccessLogs", hardened.BucketProps{
		// S3 delivers access logs only to a bucket with its own encryption ("Enabling
		// Amazon S3 server access logging", Amazon S3 User Guide).
		Key:       nil,
		Versioned: true,
		Rules: []*awss3.LifecycleRule{{
			Id:                          jsii.String("ExpireAccessLogs"),
			Expiration:                  awscdk.Duration_Days(jsii.Number(props.AccessLogDays)),
			NoncurrentVersionExpiration: awscdk.Duration_Days(jsii.Number(1)),
		}},
		Removal: props.Removal,
	})
	logged := []awss3.IBucket{s.Bucket}
	if s.Inventories != nil {
		logged = append(logged, s.Inventories)
	}
	logs.AddToResourcePolicy(policies.AccessLogsPolicy(logs, logged...))
	for _, bucket := range logged {
		// Not the L2's property, which would grant the same again.
		bucket.Node().DefaultChild().(awss3.CfnBucket).SetLoggingConfiguration(&awss3.CfnBucket_LoggingConfigurationProperty{
			DestinationBucketName: logs.BucketName(),
		})
	}
}

// location is a location as the programs know it.
func location(l policies.Location) contract.Location {
	return contract.Location{Bucket: *l.Bucket.BucketName(), Prefix: l.Prefix}
}
