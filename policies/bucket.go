package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
)

// Data is the bucket and how the pipeline parts it. Each prefix ends in a slash.
type Data struct {
	Bucket awss3.IBucket
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

// BucketPolicy refuses everybody who comes without TLS.
func BucketPolicy(bucket awss3.IBucket) awsiam.PolicyStatement {
	return denyWithoutTLS([]string{"s3:*"}, []string{*bucket.BucketArn(), *bucket.ArnForObjects(new("*"))})
}
