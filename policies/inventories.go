package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"
)

// InventoriesPolicy lets S3 write the inventories of one bucket to another ("Grant
// permissions for S3 Inventory and S3 analytics", Amazon S3 User Guide). The guide's
// condition on an access control list is left out: a bucket that its owner owns all of
// has none.
func InventoriesPolicy(inventories, of awss3.IBucket) awsiam.PolicyStatement {
	return written("WriteInventories", "s3.amazonaws.com", inventories, of)
}

// InventoriesKeyPolicy lets S3 encrypt inventories with a key ("Granting Amazon S3 permission to
// use your customer managed key for encryption", Amazon S3 User Guide). The ARNs of the
// pipelines' buckets would be a circle: a bucket needs its key first.
func InventoriesKeyPolicy() awsiam.PolicyStatement {
	return onKey(
		"EncryptInventories",
		awsiam.NewServicePrincipal(jsii.String("s3.amazonaws.com"), nil),
		[]string{"kms:GenerateDataKey"},
		conditions{
			"StringEquals": map[string]any{"aws:SourceAccount": *awscdk.Aws_ACCOUNT_ID()},
			"ArnLike":      map[string]any{"aws:SourceArn": "arn:" + *awscdk.Aws_PARTITION() + ":s3:::*"},
		},
	)
}
