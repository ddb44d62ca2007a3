package doctor

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

var stackCheck = Check{
	Name:  "stack",
	Asks:  "Is the stack deployed, and has its last deployment succeeded?",
	Known: "cloudformation:DescribeStacks, StackStatus",
	look: func(facts Facts, found func(Trouble)) {
		status := string(facts.Stack.StackStatus)
		name := aws.ToString(facts.Stack.StackName)
		trouble := Trouble{Wrong: fmt.Sprintf("stack %s is %s", name, status), Mend: deploy(facts)}
		if reason := aws.ToString(facts.Stack.StackStatusReason); reason != "" {
			trouble.Wrong += ": " + reason
		}
		switch {
		case status == "" || status == string(cfntypes.StackStatusCreateComplete) ||
			status == string(cfntypes.StackStatusUpdateComplete):
			return
		case strings.HasSuffix(status, "_IN_PROGRESS"):
			trouble.Mend = "wait until it has ended: aws cloudformation describe-stack-events --stack-name " + name
		case facts.Stack.StackStatus == cfntypes.StackStatusRollbackComplete:
			trouble.Mend = "aws cloudformation delete-stack --stack-name " + name + ", then " + deploy(facts)
		case facts.Stack.StackStatus == cfntypes.StackStatusUpdateRollbackFailed:
			trouble.Mend = "aws cloudformation continue-update-rollback --stack-name " + name
		}
		found(trouble)
	},
}

var driftCheck = Check{
	Name:  "drift",
	Asks:  "Is anything otherwise than the template says, as of the last detection?",
	Known: "cloudformation:DescribeStacks, DriftInformation",
	look: func(facts Facts, found func(Trouble)) {
		drift := facts.Stack.DriftInformation
		if drift == nil || drift.StackDriftStatus != cfntypes.StackDriftStatusDrifted {
			return
		}
		name := aws.ToString(facts.Stack.StackName)
		found(Trouble{
			Wrong: "somebody has changed a resource of stack " + name + " by hand",
			Mend:  "aws cloudformation describe-stack-resource-drifts --stack-name " + name + " names it; then " + deploy(facts),
		})
	},
}

// deploy is the command that makes everything as the settings say.
func deploy(facts Facts) string { return "make deploy ENV=" + facts.Environment }
