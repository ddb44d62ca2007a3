package compute

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/jsii-runtime-go"
)

// ExitRules end a job by the exit codes that say that no other attempt would do better: one to
// five. AWS Batch retries what matches no rule ("Automated job retries", AWS Batch User Guide), and
// here that is everything else: what Spot took back, on Fargate ("Your Spot Task was interrupted.") and
// on EC2 ("Host EC2 (instance …) terminated."), what was killed by a signal, and the task that never
// started. Such a task has no exit code, and its reasons are too many to list: no network interface in
// time, a throttled pull, no capacity. No wildcard is used, because no page says whether one matches
// an exit code that is not there.
func ExitRules(final ...int) []awsbatch.RetryStrategy {
	var rules []awsbatch.RetryStrategy
	for _, code := range final {
		rules = append(rules, awsbatch.RetryStrategy_Of(
			awsbatch.Action_EXIT,
			awsbatch.Reason_Custom(&awsbatch.CustomReason{OnExitCode: jsii.String(strconv.Itoa(code))}),
		))
	}
	return rules
}
