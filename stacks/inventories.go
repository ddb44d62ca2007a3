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
	// inventoryDays keeps the inventories of four weeks: who starts a run wants the last,
	// and who asks why an object was not in a run of last month the one before it.
	inventoryDays = 30
	// inventoryID is the name of the inventory, which is part of its keys.
	inventoryID = "input"
)

// InventoriesProps are the props of [NewInventories].
type InventoriesProps struct {
	// Of is the bucket of which S3 makes an inventory of what is below Prefix, and Frequency how
	// often: Daily or Weekly.
	Of        awss3.Bucket
	Prefix    string
	Frequency string
	// Bucket is how the bucket of the inventories is made; it always keeps versions.
	Bucket hardened.BucketProps
}

// Inventories is a bucket with the inventories of another.
type Inventories struct {
	Bucket awss3.Bucket
	of     awss3.Bucket
}

// NewInventories has S3 make inventories, in a bucket of their own: one that names itself
// as the destination is a circle, which CloudFormation refuses.
func NewInventories(scope constructs.Construct, id string, props InventoriesProps) *Inventories {
	bucket := props.Bucket
	bucket.Versioned = true
	bucket.Rules = []*awss3.LifecycleRule{{
		Id:                          jsii.String("ExpireInventories"),
		Expiration:                  awscdk.Duration_Days(jsii.Number(inventoryDays)),
		NoncurrentVersionExpiration: awscdk.Duration_Days(jsii.Number(1)),
	}}
	i := &Inventories{Bucket: hardened.NewBucket(scope, id, bucket), of: props.Of}
	i.Bucket.AddToResourcePolicy(policies.InventoriesPolicy(i.Bucket, props.Of))
	// Not the L2's AddInventory, which would grant the same again.
	props.Of.Node().DefaultChild().(awss3.CfnBucket).SetInventoryConfigurations(
		&[]any{&awss3.CfnBucket_InventoryConfigurationProperty{
			Id:                     jsii.String(inventoryID),
			Enabled:                jsii.Bool(true),
			Prefix:                 &props.Prefix,
			ScheduleFrequency:      &props.Frequency,
			IncludedObjectVersions: jsii.String("Current"),
			// What a plan needs besides the key; CSV is what it reads.
			OptionalFields: jsii.Strings("Size", "ETag", "LastModifiedDate", "StorageClass"),
			Destination: &awss3.CfnBucket_DestinationProperty{
				BucketArn:       i.Bucket.BucketArn(),
				BucketAccountId: awscdk.Aws_ACCOUNT_ID(),
				Format:          jsii.String("CSV"),
			},
		}},
	)
	return i
}

// Output is the command that lists the inventories.
func (i *Inventories) Output() Output {
	location := contract.Location{
		Bucket: *i.Bucket.BucketName(),
		Prefix: *i.of.BucketName() + "/" + inventoryID + "/",
	}
	return Output{
		Name:        "InventoriesCommand",
		Description: "Lists the inventories that a run can start from",
		Value:       "aws s3 ls " + location.String(),
	}
}
