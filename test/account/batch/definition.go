package batch

import (
	"strconv"
	"strings"

	"batchjobwithlambda/test/template"
)

// Definition is a job definition: the properties of AWS::Batch::JobDefinition.
type Definition struct {
	// ARN is the definition's own, with its revision.
	ARN string `json:"-"`

	Type                string
	ContainerProperties Container
	Parameters          map[string]string
	RetryStrategy       RetryStrategy
	Timeout             Timeout

	// ResourceRetentionPolicy says whether a deployment leaves the revision before registered.
	ResourceRetentionPolicy struct{ SkipDeregisterOnUpdate bool }

	PlatformCapabilities, PropagateTags, Tags template.Ignored
}

// Container is what a job runs.
type Container struct {
	Command     []string
	Environment []struct{ Name, Value string }
	// Secrets are variables with values from elsewhere.
	Secrets     []secret
	MountPoints []struct {
		ContainerPath string
		SourceVolume  string
	}
	// JobRoleArn is who the program is, and ExecutionRoleArn who starts its container.
	JobRoleArn, ExecutionRoleArn string
	// Image is what would be pulled.
	Image            string
	LogConfiguration struct {
		LogDriver string
		Options   map[string]string
	}

	// ResourceRequirements are what is asked of the machine. Here a job has the vCPUs and the memory
	// that there are.
	ResourceRequirements []struct{ Type, Value string }

	// What the platform, not the program, needs to know.
	EphemeralStorage, FargatePlatformConfiguration, NetworkConfiguration,
	ReadonlyRootFilesystem, RuntimePlatform, User, Volumes template.Ignored
}

// RetryStrategy says how often a job is tried, and after which ends.
type RetryStrategy struct {
	// Attempts is 1 to 10; 0 stands for 1.
	Attempts       int
	EvaluateOnExit []Rule
}

// Timeout is how long one attempt may take; 0 is without end.
type Timeout struct{ AttemptDurationSeconds int }

// Rule says what follows an end that matches all the conditions it has.
type Rule struct {
	Action                               string
	OnExitCode, OnReason, OnStatusReason string
}

// retries reports whether another attempt follows the end: the first rule that
// matches says so, and if none does, it follows ("Automated job retries", AWS Batch
// User Guide).
func (s RetryStrategy) retries(e end) bool {
	for _, rule := range s.EvaluateOnExit {
		if rule.matchesCode(e.code) && matches(rule.OnReason, e.reason) && matches(rule.OnStatusReason, e.statusReason) {
			return strings.EqualFold(rule.Action, "RETRY")
		}
	}
	return true
}

// RetriesAfter reports whether another attempt, if any is left, follows one that ended like this.
// What never ran has no exit code.
func (s RetryStrategy) RetriesAfter(code *int, reason, statusReason string) bool {
	return s.retries(end{code: code, reason: reason, statusReason: statusReason})
}

// matchesCode reports whether the rule is about the exit code. What never ran has none. No page
// says whether a wildcard matches that; here it does, so that nothing relies on the opposite.
func (r Rule) matchesCode(code *int) bool {
	if code == nil {
		return r.OnExitCode == "" || r.OnExitCode == "*"
	}
	return matches(r.OnExitCode, strconv.Itoa(*code))
}

// matches takes a pattern as AWS Batch does: none matches everything, and an asterisk
// may stand at its end only.
func matches(pattern, text string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(text, prefix)
	}
	return pattern == "" || pattern == text
}
