package doctor

import (
	"fmt"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/runs"
)

var runCheck = Check{
	Name:  "run",
	Asks:  "Has the run succeeded, or does it go on?",
	Known: "states:DescribeExecution, status and error",
	look: func(facts Facts, found func(Trouble)) {
		if facts.Run == nil || !facts.Run.Status.HasFailed() {
			return
		}
		run := *facts.Run
		trouble := Trouble{Wrong: fmt.Sprintf("run %s is %s", run.Name, run.Status), Mend: again(facts)}
		if run.Error != "" {
			trouble.Wrong += fmt.Sprintf(": %s: %s", run.Error, run.Cause)
		}
		found(trouble)
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
