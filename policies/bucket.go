package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"
)

// Data is the bucket and how the pipeline parts it. Each prefix ends in a slash.
type Data struct {
	Bucket awss3.IBucket
	// Inventories is where S3 leaves its inventories of the bucket; nil if there are none.
	Inventories awss3.IBucket
	// Key encrypts both; nil if it is S3's own.
	Key awskms.IKey
	// Input is what is read, Output what is written, Runs where the pipeline keeps its own files.
	Input  string
	Output string
	Runs   string
}

func (d Data) objects(pattern string) []string {
	return []string{*d.Bucket.ArnForObjects(&pattern)}
}

// list allows to list the keys below the prefixes, and no others.
func (d Data) list(sid string, prefixes ...string) awsiam.PolicyStatement {
	patterns := make([]string, 0, len(prefixes))
	for _, prefix := range prefixes {
		patterns = append(patterns, prefix+"*")
	}
	return allowIf(sid, []string{"s3:ListBucket"}, []string{*d.Bucket.BucketArn()},
		conditions{"StringLike": map[string]any{"s3:prefix": patterns}})
}

// document is what a role may on the data, and with it on the data's key.
func (d Data) document(statements ...awsiam.PolicyStatement) awsiam.PolicyDocument {
	return document(append(statements, useKey("UseDataKey", d.Key, "s3")...)...)
}

// BucketPolicy refuses everybody who comes without TLS.
func BucketPolicy(bucket awss3.IBucket) awsiam.PolicyStatement {
	return denyWithoutTLS([]string{"s3:*"}, []string{*bucket.BucketArn(), *bucket.ArnForObjects(new("*"))})
}

// AccessLogsPolicy lets S3 write the access logs of buckets to another.
func AccessLogsPolicy(logs awss3.IBucket, of ...awss3.IBucket) awsiam.PolicyStatement {
	return written("WriteAccessLogs", "logging.s3.amazonaws.com", logs, of...)
}

// InventoriesPolicy lets S3 write the inventories of one bucket to another ("Grant
// permissions for S3 Inventory and S3 analytics", Amazon S3 User Guide). The guide's
// condition on an access control list is left out: a bucket that its owner owns all of
// has none.
func InventoriesPolicy(inventories, of awss3.IBucket) awsiam.PolicyStatement {
	return written("WriteInventories", "s3.amazonaws.com", inventories, of)
}

// written lets a service write to a bucket what it has to say of others.
func written(sid, service string, to awss3.IBucket, of ...awss3.IBucket) awsiam.PolicyStatement {
	sources := make([]string, 0, len(of))
	for _, bucket := range of {
		sources = append(sources, *bucket.BucketArn())
	}
	statement := allowIf(sid, []string{"s3:PutObject"}, []string{*to.ArnForObjects(jsii.String("*"))}, conditions{
		"ArnEquals":    map[string]any{"aws:SourceArn": sources},
		"StringEquals": map[string]any{"aws:SourceAccount": *awscdk.Aws_ACCOUNT_ID()},
	})
	statement.AddPrincipals(awsiam.NewServicePrincipal(&service, nil))
	return statement
}
