package s3

import "batchjobwithlambda/test/template"

const typeBucket = "AWS::S3::Bucket"

// Types are those of Amazon S3.
var Types = template.Types{
	typeBucket:              {ARN: ARN("%s"), Ref: "%s", Attribute: "Arn", LowerCase: true},
	"AWS::S3::BucketPolicy": {},
}

// ARN is the ARN of a bucket, or of "BUCKET/KEY".
func ARN(resource string) string { return "arn:" + template.Partition + ":s3:::" + resource }

// bucketProperties are those of a bucket.
type bucketProperties struct {
	BucketEncryption struct {
		ServerSideEncryptionConfiguration []struct {
			BucketKeyEnabled              bool
			ServerSideEncryptionByDefault struct{ SSEAlgorithm, KMSMasterKeyID string }
		}
	}

	InventoryConfigurations, LifecycleConfiguration, LoggingConfiguration, NotificationConfiguration, OwnershipControls,
	PublicAccessBlockConfiguration, Tags, VersioningConfiguration template.Ignored
}

// Buckets returns the names of a template's buckets, each with the ARN of the key that encrypts
// its objects, or with none.
func Buckets(t *template.Template) (map[string]string, error) {
	keys := map[string]string{}
	for _, r := range t.OfType(typeBucket) {
		var properties bucketProperties
		if err := t.Resolve(r, &properties); err != nil {
			return nil, err
		}
		name := t.PhysicalName(r)
		keys[name] = ""
		for _, rule := range properties.BucketEncryption.ServerSideEncryptionConfiguration {
			keys[name] = rule.ServerSideEncryptionByDefault.KMSMasterKeyID
		}
	}
	return keys, nil
}
