package policies

import (
	"cmp"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
)

// Location is everything in a bucket whose key begins with the prefix, which ends in a slash, or
// the whole bucket if the prefix is empty.
type Location struct {
	Bucket awss3.IBucket
	Prefix string
	// Key encrypts the objects; nil if S3's own key does.
	Key awskms.IKey
	// Owner is the account that the bucket has to belong to: whoever else has made a bucket of
	// that name meanwhile is not read and not written to. It is empty for a bucket that the stack
	// itself has made.
	Owner string
	// Tagged says that what is written has tags.
	Tagged bool
	// Region is where the bucket and its key are; empty for the region of the stack.
	Region string
}

// Data is what a pipeline reads and writes. Any two of the locations may share a bucket.
type Data struct {
	// Input is what is read, Output what is written, Runs where the pipeline keeps its own files.
	Input  Location
	Output Location
	Runs   Location
	// Lists is where a person puts lists of objects.
	Lists Location
	// Files has the files that jobs read beside the input; nil if they read none.
	Files *Location
	// Source is where else the function that plans a run may read; nil for nowhere.
	Source *Location
	// Arrivals tells that function what has arrived; nil if nothing does.
	Arrivals awssqs.IQueue
	// Large says that a run may have a second round, with a plan of its own.
	Large bool
}

// list allows to list the keys below the prefix, and no others.
func (l Location) list(sid string) awsiam.PolicyStatement {
	if l.Prefix == "" {
		return allowIf(sid, []string{"s3:ListBucket"}, []string{*l.Bucket.BucketArn()}, l.owned(nil))
	}
	return l.listMatching(sid, "*")
}

// listMatching allows to list the keys that match the pattern below the prefix, and no others.
func (l Location) listMatching(sid, pattern string) awsiam.PolicyStatement {
	return allowIf(sid, []string{"s3:ListBucket"}, []string{*l.Bucket.BucketArn()},
		l.owned(conditions{"StringLike": map[string]any{"s3:prefix": l.Prefix + pattern}}))
}

// owned adds to the conditions that the bucket belongs to its owner.
func (l Location) owned(when conditions) conditions {
	if l.Owner == "" {
		return when
	}
	if when == nil {
		when = conditions{}
	}
	when["StringEquals"] = map[string]any{"aws:ResourceAccount": l.Owner}
	return when
}

// read allows to read the objects whose keys match the pattern below the prefix.
func (l Location) read(sid, pattern string) awsiam.PolicyStatement {
	return allowIf(sid, readObjects, l.objects(pattern), l.owned(nil))
}

// write allows to write the objects whose keys match the pattern below the prefix, and to
// give up an upload in parts.
func (l Location) write(sid, pattern string) awsiam.PolicyStatement {
	actions := writeObjects
	if l.Tagged {
		actions = slices.Concat(writeObjects, tagObjects)
	}
	return allowIf(sid, actions, l.objects(pattern), l.owned(nil))
}

var (
	readObjects  = []string{"s3:GetObject"}
	writeObjects = []string{"s3:PutObject", "s3:AbortMultipartUpload"}
	// What it takes, besides, to write an object that has tags ("Required permissions for Amazon S3
	// API operations", Amazon S3 User Guide).
	tagObjects = []string{"s3:PutObjectTagging"}
)

func (l Location) objects(pattern string) []string {
	pattern = l.Prefix + pattern
	return []string{*l.Bucket.ArnForObjects(&pattern)}
}

// useKeys allows to use the keys of the locations by way of S3, each named once: to decrypt what is
// read, and also to encrypt what is written.
func useKeys(read, written []Location) []awsiam.PolicyStatement {
	both := keysOf(written)
	onlyRead := slices.DeleteFunc(keysOf(read), func(key string) bool { return slices.Contains(both, key) })
	return append(
		useKey("UseDataKey", byWayOf("s3", regionsOf(written)...), useData, both...),
		useKey("DecryptInputs", byWayOf("s3", regionsOf(read)...), readData, onlyRead...)...,
	)
}

// regionsOf are the regions of the locations that have a key, each once.
func regionsOf(locations []Location) []string {
	var regions []string
	for _, location := range locations {
		if location.Key != nil {
			regions = append(regions, location.region())
		}
	}
	return once(regions)
}

func (l Location) region() string { return cmp.Or(l.Region, *awscdk.Aws_REGION()) }

// byWayOfS3 holds for a request that S3 makes in the name of its caller where the location is.
func (l Location) byWayOfS3() conditions { return byWayOf("s3", l.region()) }

// What it takes to read what a key encrypts, and to write as well.
var (
	readData = []string{"kms:Decrypt"}
	useData  = []string{"kms:Decrypt", "kms:GenerateDataKey"}
)

// keysOf are the ARNs of the locations' keys, each once.
func keysOf(locations []Location) []string {
	var keys []string
	for _, location := range locations {
		if location.Key != nil {
			keys = append(keys, *location.Key.KeyArn())
		}
	}
	return once(keys)
}
