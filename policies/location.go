package policies

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
)

// Location is everything in a bucket whose key begins with the prefix, which ends in a slash, or
// the whole bucket if the prefix is empty.
type Location struct {
	Bucket awss3.IBucket
	Prefix string
	// Key encrypts the objects; nil if S3's own key does.
	Key awskms.IKey
}

// Data is what a pipeline reads and writes. Any two of the locations may share a bucket.
type Data struct {
	// Input is what is read, Output what is written, Runs where the pipeline keeps its own files.
	Input  Location
	Output Location
	Runs   Location
	// Source is where else the function that plans a run may read; nil for nowhere.
	Source *Location
}

// list allows to list the keys below the prefix, and no others.
func (l Location) list(sid string) awsiam.PolicyStatement {
	if l.Prefix == "" {
		return allow(sid, []string{"s3:ListBucket"}, []string{*l.Bucket.BucketArn()})
	}
	return l.listMatching(sid, "*")
}

// listMatching allows to list the keys that match the pattern below the prefix, and no others.
func (l Location) listMatching(sid, pattern string) awsiam.PolicyStatement {
	return allowIf(sid, []string{"s3:ListBucket"}, []string{*l.Bucket.BucketArn()},
		conditions{"StringLike": map[string]any{"s3:prefix": l.Prefix + pattern}})
}

// read allows to read the objects whose keys match the pattern below the prefix.
func (l Location) read(sid, pattern string) awsiam.PolicyStatement {
	return allow(sid, readObjects, l.objects(pattern))
}

// write allows to write the objects whose keys match the pattern below the prefix, and to
// give up an upload in parts.
func (l Location) write(sid, pattern string) awsiam.PolicyStatement {
	return allow(sid, writeObjects, l.objects(pattern))
}

var (
	readObjects  = []string{"s3:GetObject"}
	writeObjects = []string{"s3:PutObject", "s3:AbortMultipartUpload"}
)

func (l Location) objects(pattern string) []string {
	pattern = l.Prefix + pattern
	return []string{*l.Bucket.ArnForObjects(&pattern)}
}

// useKeys allows to use the keys of the locations by way of S3, each named once.
func useKeys(locations ...Location) []awsiam.PolicyStatement {
	var keys []awskms.IKey
	for _, location := range locations {
		if location.Key != nil && !slices.Contains(keys, location.Key) {
			keys = append(keys, location.Key)
		}
	}
	return useKey("UseDataKey", "s3", keys...)
}
