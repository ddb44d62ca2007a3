package test

import (
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/template"
)

// Whoever else gets a bucket of that name is not the owner.
func TestEveryPermissionOnAnExistingBucketHoldsOnlyWhileItsOwnerHasIt(t *testing.T) {
	for _, test := range []struct {
		stack  stack
		bucket string
		owner  string
	}{
		{of(t, lent), "lent-inputs", "444455556666"},
		{of(t, lent), "lent-outputs", "777788889999"},
		{of(t, buckets), "photos", "${AWS::AccountId}"},
		{of(t, buckets), "archive", "${AWS::AccountId}"},
	} {
		found := 0
		for _, s := range test.stack.statements(t) {
			about := func(resource string) bool {
				return strings.HasPrefix(resource+"/", "arn:${AWS::Partition}:s3:::"+test.bucket+"/")
			}
			if s.role == "" || !slices.ContainsFunc(s.Resources, about) {
				continue
			}
			found++
			if got := template.Render(s.Condition["StringEquals"]["aws:ResourceAccount"]); got != test.owner {
				t.Errorf("%s of %s: the owner of %s is to be %q, want %s", s.Sid, s.role, test.bucket, got, test.owner)
			}
		}
		if found < 3 {
			t.Errorf("%d statements are about %s", found, test.bucket)
		}
	}
}

func TestAnInputOfAnotherAccountIsOnlyEverDecrypted(t *testing.T) {
	for _, s := range of(t, lent).statements(t) {
		if slices.Contains(s.Resources, "arn:aws:kms:eu-north-1:444455556666:key/inputs") &&
			!slices.Equal(s.Actions, []string{"kms:Decrypt"}) {
			t.Errorf("%s of %s allows %v", s.Sid, s.role, s.Actions)
		}
	}
}

func TestOnlyBucketsOfOtherAccountsHaveOutputsForTheirOwners(t *testing.T) {
	for name, test := range map[string]struct {
		stack stack
		want  []string
	}{
		"lent": {of(t, lent), []string{
			"MainInputBucketPolicy", "MainInputKeyPolicy", "MainOutputBucketPolicy", "MainOutputKeyPolicy",
		}},
		"buckets": {of(t, buckets), nil},
		"prod":    {prod, nil},
	} {
		var got []string
		for output := range test.stack.Outputs {
			if strings.HasSuffix(output, "Policy") {
				got = append(got, output)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got the outputs %q, want %q", name, got, test.want)
		}
	}
}

// S3 in a region uses the keys of that region.
func TestTheKeyOfABucketElsewhereIsUsedByTheS3OfItsRegionOnly(t *testing.T) {
	found := 0
	for _, s := range of(t, abroad).statements(t) {
		if !slices.Contains(s.Resources, "arn:aws:kms:us-west-2:444455556666:key/inputs") {
			continue
		}
		found++
		if got := template.Render(s.Condition["StringEquals"]["kms:ViaService"]); got != "s3.us-west-2.${AWS::URLSuffix}" {
			t.Errorf("%s of %s is allowed by way of %q", s.Sid, s.role, got)
		}
	}
	if found != 2 {
		t.Errorf("%d statements are about the key, want those of the planner and of the job", found)
	}
}
