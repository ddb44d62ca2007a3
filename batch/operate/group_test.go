package main

import (
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/runs"
)

func TestAGroupHasTheNameOfTheBucketAndNoNumbersThatDiffer(t *testing.T) {
	groups, err := runs.GroupFailures(func(yield func(contract.Object, error) bool) {
		for _, object := range []contract.Object{
			{Key: "input/a", Reason: "S3: get s3://bucket1/input/a: AccessDenied: attempt 1"},
			{Key: "input/b", Reason: "S3: get s3://bucket1/input/b: AccessDenied: attempt 22"},
		} {
			if !yield(object, nil) {
				return
			}
		}
	})
	const want = "S3: get s3://bucket1/…: AccessDenied: attempt N"
	if err != nil || len(groups) != 1 || groups[0].Reason != want {
		t.Errorf("got %+v and %v, want one of %q", groups, err, want)
	}
}
