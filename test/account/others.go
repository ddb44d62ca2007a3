package account

import (
	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/s3"
)

// OthersBucket is a bucket that the stack has not made, and what its owner allows.
type OthersBucket struct {
	Name string
	s3.Other
	// Key is the ARN of the key that encrypts the bucket by default.
	Key string
	// BucketPolicy and KeyPolicy are JSON; empty if there is none.
	BucketPolicy string
	KeyPolicy    string
}

// addOthers lets S3 know the buckets that the stack has not made, and the gate their owners' policies.
func (a *Account) addOthers() error {
	for _, bucket := range a.options.Others {
		a.guard.Others[bucket.Name] = bucket.Other
		a.guard.Keys[bucket.Name] = bucket.Key
		for arn, text := range map[string]string{s3.ARN(bucket.Name): bucket.BucketPolicy, bucket.Key: bucket.KeyPolicy} {
			if text == "" {
				continue
			}
			policy, err := iam.OfAnother(arn, text)
			if err != nil {
				return err
			}
			a.gate.Policies = append(a.gate.Policies, policy)
		}
	}
	return nil
}
