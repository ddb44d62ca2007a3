package main

import (
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/runs"
)

func TestAGroupHasTheNameOfTheBucketAndNoNumbersThatDiffer(t *testing.T) {
	groups, err := runs.GroupFailures(func(yield func(contract.Object, error) bool) {
		for _, object := range []contract.Object{
			{Key: "input/a", Reason: "S3: AccessDenied: attempt 1 (get s3://bucket1/input/a)"},
			{Key: "input/b", Reason: "S3: AccessDenied: attempt 22 (get s3://bucket1/input/b)"},
		} {
			if !yield(object, nil) {
				return
			}
		}
	})
	const want = "S3: AccessDenied: attempt N (get s3://bucket1/…)"
	if err != nil || len(groups) != 1 || groups[0].Reason != want {
		t.Errorf("got %+v and %v, want one of %q", groups, err, want)
	}
}
