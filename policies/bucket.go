package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"
)

// BucketPolicy denies every request without TLS.
func BucketPolicy(bucket awss3.IBucket) awsiam.PolicyStatement {
	return denyWithoutTLS([]string{"s3:*"}, []string{*bucket.BucketArn(), *bucket.ArnForObjects(new("*"))})
}

// AccessLogsPolicy lets S3 write the access logs of buckets to another.
func AccessLogsPolicy(logs awss3.IBucket, of ...awss3.IBucket) awsiam.PolicyStatement {
	return written("WriteAccessLogs", "logging.s3.amazonaws.com", logs, of...)
}

// written lets a service write to a bucket what it has found out about others.
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
