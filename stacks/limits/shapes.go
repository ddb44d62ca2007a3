package limits

import (
	"encoding/json"
	"strings"

	"batchjobwithlambda/batch/contract"
)

// answers are what the functions answer with, by the names of their programs.
var answers = map[string]any{
	"preprocess": contract.Plan{},
	"collect":    contract.Summary{},
}

// optional are the shapes of what an answer may have, by their paths.
var optional = map[string]shape{
	"$.large": shapeOf(asJSON(contract.RunState{})),
}

// context is the Context object's part that exists in every state.
var context = shape{
	"Execution":    {"Id": nil, "Name": nil, "StartTime": nil, "Input": nil, "RoleArn": nil},
	"StateMachine": {"Id": nil, "Name": nil},
	"State":        {"Name": nil, "EnteredTime": nil, "RetryCount": nil},
}

// item begins the paths of the Context object that only an ItemSelector can read. What the items
// are is not known.
const item = "$$.Map.Item."

var taskError = shape{"Error": nil, "Cause": nil}

// answer is the shape of a task's result.
func (c *checker) answer(s *state) shape {
	parameters, _ := s.Parameters.(map[string]any)
	switch {
	case strings.HasSuffix(s.Resource, ":lambda:invoke"):
		function, _ := parameters["FunctionName"].(string)
		var properties struct{ Handler string }
		id := strings.TrimSuffix(strings.TrimPrefix(function, "${"), "}")
		if err := json.Unmarshal(c.resources[id].Properties, &properties); err != nil {
			return nil
		}
		return shape{"Payload": shapeOf(asJSON(answers[properties.Handler])), "StatusCode": nil}
	case strings.Contains(s.Resource, ":batch:submitJob"):
		return shape{"JobId": nil, "JobName": nil, "JobArn": nil, "Status": nil}
	case strings.HasSuffix(s.Resource, ":sns:publish"):
		return shape{"MessageId": nil}
	case strings.HasSuffix(s.Resource, ":aws-sdk:batch:listJobs"):
		return shape{"JobSummaryList": nil, "NextToken": nil}
	case strings.HasSuffix(s.Resource, ":aws-sdk:batch:describeJobs"):
		// Of the job that was asked for.
		return shape{"Jobs[0]": {"Status": nil, "Tags": {"run": nil}}}
	}
	return nil
}
