package doctor

import (
	"fmt"
	"maps"
	"slices"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/runs"
)

var runCheck = Check{
	Name:  "run",
	Asks:  "Has the run succeeded, or does it go on?",
	Known: "states:DescribeExecution, status and error",
	look: func(facts Facts) []Trouble {
		if facts.Run == nil || !facts.Run.Status.HasFailed() {
			return nil
		}
		run := *facts.Run
		trouble := Trouble{Wrong: fmt.Sprintf("run %s is %s", run.Name, run.Status), Mend: again(facts)}
		if run.Error != "" {
			trouble.Wrong += fmt.Sprintf(": %s: %s", run.Error, run.Cause)
		}
		return []Trouble{trouble}
	},
}

// again is how to go on after the run.
func again(facts Facts) string {
	command := "go run ./batch/operate start -env " + facts.Environment
	switch facts.Run.Error {
	case contract.ErrorObjects:
		return fmt.Sprintf("go run ./batch/operate failures %s -env %s says why; mend that, then rerun",
			facts.Run.Name, facts.Environment)
	case contract.ErrorInvalidInput:
		return "start again with an input as the message says: go run ./batch/operate start -h"
	case contract.ErrorNotification:
		return "look at the topic and its key; the report is there: go run ./batch/operate report " + facts.Run.Name
	}
	if facts.Run.Status == runs.TimedOut {
		return "raise RunLimit in stacks/environments/environments.go, then " + command + "; what is done is skipped"
	}
	return command + "; what is done is skipped"
}

var deadLettersCheck = Check{
	Name:  "dead letters",
	Asks:  "Was everybody notified?",
	Known: "sqs:GetQueueAttributes, ApproximateNumberOfMessages",
	look: func(facts Facts) []Trouble {
		var all []Trouble
		for _, url := range slices.Sorted(maps.Keys(facts.DeadLetters)) {
			if number := facts.DeadLetters[url]; number > 0 {
				all = append(all, Trouble{
					Wrong: fmt.Sprintf("%d messages could not be published to the topic", number),
					Mend:  "mend the topic or its key; aws sqs receive-message --queue-url " + url + " reads them",
				})
			}
		}
		return all
	},
}

var refusedCheck = Check{
	Name:  "your permissions",
	Asks:  "Could everything be asked?",
	Known: "the error of the request",
	look: func(facts Facts) []Trouble {
		var all []Trouble
		for _, err := range facts.Refused {
			all = append(all, Trouble{
				Wrong: "this could not be asked: " + err.Error(),
				Mend:  "docs/permissions.md has the policy of whoever watches",
			})
		}
		return all
	},
}
