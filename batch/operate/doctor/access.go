package doctor

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	keytypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
)

var keyCheck = Check{
	Name:  "key",
	Asks:  "Can the key of the stack be used?",
	Known: "kms:DescribeKey, KeyState",
	look: func(facts Facts, found func(Trouble)) {
		for _, key := range facts.Keys {
			id := aws.ToString(key.KeyId)
			trouble := Trouble{
				Wrong: fmt.Sprintf("key %s is %s: nothing that it encrypts can be read or written", id, key.KeyState),
				Mend:  "aws kms enable-key --key-id " + id,
			}
			switch key.KeyState {
			case keytypes.KeyStateEnabled, "":
				continue
			case keytypes.KeyStatePendingDeletion:
				trouble.Mend = "aws kms cancel-key-deletion --key-id " + id + ", then " + trouble.Mend
			}
			found(trouble)
		}
	},
}

var rolesCheck = Check{
	Name:  "roles",
	Asks:  "May each role of the stack do what it has to?",
	Known: "iam:SimulatePrincipalPolicy: the role's policies, its boundary and the organization's",
	look: func(facts Facts, found func(Trouble)) {
		for _, may := range facts.MayNot {
			found(Trouble{
				Wrong: fmt.Sprintf("role %s may not %s on %s (%s)", may.Role, may.Action, may.Resource, may.By),
				Mend: fmt.Sprintf("aws iam list-attached-role-policies --role-name %s says what it has;"+
					" what was detached, attach again; a boundary or an organization's policy, its owner has to change", may.Role),
			})
		}
	},
}

var bucketsCheck = Check{
	Name:  "buckets",
	Asks:  "Is each bucket there, does it let the pipeline in, and does it own what is written to it?",
	Known: "s3:ListBucket, s3:GetBucketPolicy and s3:GetBucketOwnershipControls",
	look: func(facts Facts, found func(Trouble)) {
		for _, bucket := range facts.Buckets {
			if bucket.Error != "" {
				found(Trouble{
					Wrong: fmt.Sprintf("bucket %s: %s", bucket.Name, bucket.Error),
					Mend: "aws s3api head-bucket --bucket " + bucket.Name +
						"; correct Input or Output in stacks/environments/environments.go",
				})
			}
			if len(bucket.Denies) > 0 {
				found(Trouble{
					Wrong: fmt.Sprintf("the policy of bucket %s denies everybody %s", bucket.Name, strings.Join(bucket.Denies, ", ")),
					Mend:  "aws s3api get-bucket-policy --bucket " + bucket.Name + " shows the statement, which has to go",
				})
			}
			if len(bucket.NotLetIn) > 0 {
				found(Trouble{
					Wrong: "the policy of bucket " + bucket.Name + ", which is another account's, does not let in " +
						strings.Join(bucket.NotLetIn, ", "),
					Mend: "its owner adds the stack's output …BucketPolicy to the policy",
				})
			}
			if bucket.Written && bucket.Ownership == "ObjectWriter" {
				found(Trouble{
					Wrong: "bucket " + bucket.Name + " leaves what is written to it to the writer, so its owner may not read it",
					Mend: "aws s3api put-bucket-ownership-controls --bucket " + bucket.Name +
						" --ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]'",
				})
			}
		}
	},
}
