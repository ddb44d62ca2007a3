package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

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
		_, err := q.buckets.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name})
		switch {
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

// askBucketPolicies asks what the policies of the buckets deny to everybody.
func (q *inquiry) askBucketPolicies(ctx context.Context) error {
	for i, bucket := range q.facts.Buckets {
		if bucket.Error != "" {
			continue
		}
		answer, err := q.buckets.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &bucket.Name})
		if hasCode(err, "NoSuchBucketPolicy") {
			continue
		}
		if err != nil {
			return err
		}
		if q.facts.Buckets[i].Denies, err = deniedToAll(aws.ToString(answer.Policy)); err != nil {
			return fmt.Errorf("policy of bucket %s: %w", bucket.Name, err)
		}
	}
	return nil
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
		answer, err := q.buckets.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: &bucket.Name})
		if hasCode(err, "OwnershipControlsNotFoundError") {
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
