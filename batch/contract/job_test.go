package contract_test

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestAJobSurvivesItsWayThroughTheStateMachine(t *testing.T) {
	for _, job := range []contract.Job{
		{Command: []string{"gzip"}, ToleratedFailurePercentage: 100},
		{Command: []string{"a=b", "ä, b", "😀", "$HOME", "$.x", `"\`}, ToleratedFailurePercentage: 0.1},
	} {
		text, err := json.Marshal(job)
		if err != nil {
			t.Fatal(err)
		}
		var got contract.Job
		if err := json.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, job) || got.Check() != nil {
			t.Errorf("got %+v, %v and %v, want %+v", got, err, got.Check(), job)
		}
	}
}

func TestAJobThatNoPipelineCanHaveIsRefused(t *testing.T) {
	for _, job := range []contract.Job{
		{},
		{Command: []string{""}},
		{Command: []string{"gzip", "\xff"}},
		{Command: []string{"gzip"}, ToleratedFailurePercentage: -1},
		{Command: []string{"gzip"}, ToleratedFailurePercentage: 100.1},
		{Command: []string{"gzip"}, ToleratedFailurePercentage: math.NaN()},
		{Command: []string{"gzip"}, ToleratedFailurePercentage: math.Inf(1)},
	} {
		if job.Check() == nil {
			t.Errorf("accepted %+v", job)
		}
	}
}
