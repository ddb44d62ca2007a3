package cloud

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"batchjobwithlambda/batch/operate/doctor"
)

// errNoOutput is returned if the job definition does not say where the jobs write.
var errNoOutput = errors.New("job definition: got no variable OUTPUT, want one")

// variables are the environment variables of the job.
func (q *inquiry) variables() []batchtypes.KeyValuePair {
	if q.facts.Definition == nil {
		return nil
	}
	return q.facts.Definition.ContainerProperties.Environment
}

// askBuckets asks whether the pipeline's buckets are there.
func (q *inquiry) askBuckets(ctx context.Context) error {
	written := []string{q.plan.Runs.Bucket}
	if output, err := q.output(); err == nil {
		written = append(written, output.Bucket)
	}
	names := append(slices.Clone(written), q.plan.Input.Bucket)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		bucket := doctor.Bucket{Name: name, Written: slices.Contains(written, name)}
		_, err := q.buckets.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name}, q.at(name))
		switch {
		case hasCode(err, "Forbidden") && (q.toAllow(name) != "" || q.plan.Buckets[name].RequesterPays):
			// It lets in the pipeline's roles, and need not let in you.
		case hasCode(err, "NotFound"), hasCode(err, "NoSuchBucket"):
			bucket.Error = "there is none of the name"
		case hasCode(err, "MovedPermanently"):
			bucket.Error = "it is in another region"
		case hasCode(err, "Forbidden"):
			bucket.Error = "you may not look at it, or it belongs to another account"
		case err != nil:
			return err
		}
		q.facts.Buckets = append(q.facts.Buckets, bucket)
	}
	return nil
}

// at has a request go to the region of the bucket.
func (q *inquiry) at(bucket string) func(*s3.Options) {
	return func(o *s3.Options) { o.Region = cmp.Or(q.plan.Buckets[bucket].Region, o.Region) }
}

// toAllow is what the owner of the bucket has to allow, if that is another account; else empty.
func (q *inquiry) toAllow(bucket string) string {
	policy := ""
	if bucket == q.plan.Input.Bucket {
		policy = q.inputPolicy
	}
	if output, err := q.output(); err == nil && bucket == output.Bucket {
		policy += q.outputPolicy
	}
	return policy
}

var roleARN = regexp.MustCompile(`arn:[a-z-]+:iam::[0-9]{12}:role/[\w+=,.@/-]+`)

// notLetIn are the roles of the pipeline that a policy of another account's does not name, neither by
// themselves nor by their account nor as everybody.
func notLetIn(wanted, policy string) []string {
	var missing []string
	for _, role := range roleARN.FindAllString(wanted, -1) {
		account := strings.Split(role, ":")[4]
		named := strings.Contains(policy, role) || strings.Contains(policy, `"*"`) ||
			strings.Contains(policy, ":"+account+":root") || strings.Contains(policy, `"`+account+`"`)
		if !named && !slices.Contains(missing, role) {
			missing = append(missing, role)
		}
	}
	return missing
}

// askBucketPolicies asks what the policies of the buckets deny to everybody, and whether those of
// another account's buckets let the pipeline in, if their owner lets you look.
func (q *inquiry) askBucketPolicies(ctx context.Context) error {
	for i, bucket := range q.facts.Buckets {
		if bucket.Error != "" {
			continue
		}
		answer, err := q.buckets.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &bucket.Name}, q.at(bucket.Name))
		wanted := q.toAllow(bucket.Name)
		if err != nil && wanted != "" && (isDenied(err) || hasCode(err, "MethodNotAllowed")) {
			continue
		}
		if err != nil && !hasCode(err, "NoSuchBucketPolicy") {
			return err
		}
		q.facts.Buckets[i].NotLetIn = notLetIn(wanted, policyOf(answer))
		if err != nil { // There is none.
			continue
		}
		if q.facts.Buckets[i].Denies, err = deniedToAll(policyOf(answer)); err != nil {
			return fmt.Errorf("policy of bucket %s: %w", bucket.Name, err)
		}
	}
	return nil
}

func policyOf(answer *s3.GetBucketPolicyOutput) string {
	if answer == nil { // There is none.
		return ""
	}
	return aws.ToString(answer.Policy)
}

// deniedToAll are the actions that the policy denies to everybody without a condition.
func deniedToAll(policy string) ([]string, error) {
	var document struct {
		Statement []struct {
			Effect    string
			Principal any
			Action    any
			Condition map[string]any
		}
	}
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		return nil, err
	}
	var denied []string
	for _, s := range document.Statement {
		if s.Effect != "Deny" || len(s.Condition) > 0 {
			continue
		}
		everybody := s.Principal == "*"
		if of, ok := s.Principal.(map[string]any); ok {
			everybody = slices.Contains(texts(of["AWS"]), "*")
		}
		if everybody {
			denied = append(denied, texts(s.Action)...)
		}
	}
	return denied, nil
}

// texts are the texts of a value that may be a single one, or a list.
func texts(value any) []string {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		var all []string
		for _, one := range value {
			all = append(all, texts(one)...)
		}
		return all
	}
	return nil
}

// askOwnership asks who owns what others write to the buckets.
func (q *inquiry) askOwnership(ctx context.Context) error {
	for i, bucket := range q.facts.Buckets {
		if bucket.Error != "" || !bucket.Written {
			continue
		}
		answer, err := q.buckets.GetBucketOwnershipControls(
			ctx, &s3.GetBucketOwnershipControlsInput{Bucket: &bucket.Name}, q.at(bucket.Name))
		lent := q.toAllow(bucket.Name) != ""
		if hasCode(err, "OwnershipControlsNotFoundError") || lent && (isDenied(err) || hasCode(err, "MethodNotAllowed")) {
			continue
		}
		if err != nil {
			return err
		}
		if answer.OwnershipControls != nil && len(answer.OwnershipControls.Rules) > 0 {
			q.facts.Buckets[i].Ownership = string(answer.OwnershipControls.Rules[0].ObjectOwnership)
		}
	}
	return nil
}
