package doctor

import (
	"fmt"

	functiontypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

var functionsCheck = Check{
	Name:  "functions",
	Asks:  "Can each function be invoked?",
	Known: "lambda:GetFunctionConfiguration, GetFunctionConcurrency and GetAccountSettings",
	look: func(facts Facts, found func(Trouble)) {
		for _, function := range facts.Functions {
			if function.State == functiontypes.StateFailed || function.State == functiontypes.StateInactive {
				found(Trouble{
					Wrong: fmt.Sprintf("function %s is %s: %s", function.Name, function.State, function.StateReason),
					Mend:  "mend what the reason names, then " + deploy(facts),
				})
			}
			switch reserved := function.Reserved; {
			case reserved != nil && *reserved == 0:
				found(Trouble{
					Wrong: "function " + function.Name + " is switched off: its reserved concurrency is 0",
					Mend:  "aws lambda delete-function-concurrency --function-name " + function.Name,
				})
			case reserved == nil && facts.Unreserved != nil && *facts.Unreserved == 0:
				found(Trouble{
					Wrong: "function " + function.Name + " cannot be invoked: other functions have all of the account's concurrency",
					Mend: "aws lambda get-account-settings shows it;" +
						" ask for more by Service Quotas (Lambda, Concurrent executions), or set Security.FunctionConcurrency",
				})
			}
		}
	},
}
