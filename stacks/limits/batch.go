package limits

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// The limits of AWS Batch that a setting can reach.
const (
	// MaxAttempts is from "Automated job retries", AWS Batch User Guide.
	MaxAttempts = 10
	// MinAttemptLimit is from "Job timeouts", AWS Batch User Guide.
	MinAttemptLimit = time.Minute
	// MinQueueLimit and MaxQueueLimit are from "JobStateTimeLimitAction", AWS Batch API Reference.
	MinQueueLimit = 10 * time.Minute
	MaxQueueLimit = 24 * time.Hour
	// MaxQueuePriority is from "AWS::Batch::JobQueue", AWS CloudFormation Template Reference.
	MaxQueuePriority = 1000
)

const (
	maxOverrides    = 8192 // "ContainerOverride", Amazon ECS API Reference: a job's command and environment become one.
	maxEnvironments = 3    // "JobQueue", AWS Batch API Reference.
)

// stuckReasons are the reasons for which AWS Batch may take a job of Fargate off a queue
// ("Automatic remediation with jobStateTimeLimitActions", AWS Batch User Guide).
var stuckReasons = []string{
	"CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
	"MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE",
	"MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
}

// jobDefinition is what is checked of an AWS::Batch::JobDefinition.
type jobDefinition struct {
	PlatformCapabilities []string
	ContainerProperties  struct {
		Command              []text
		Environment          []struct{ Name, Value text }
		ResourceRequirements []struct{ Type, Value string }
	}
	RetryStrategy struct {
		Attempts       int
		EvaluateOnExit []exitRule
	}
	Timeout struct{ AttemptDurationSeconds int }
}

func (c *checker) jobDefinition(r resource) {
	var job jobDefinition
	if !c.decode(r, &job) {
		return
	}
	c.require(
		job.RetryStrategy.Attempts >= 1 && job.RetryStrategy.Attempts <= MaxAttempts,
		"RetryStrategy.Attempts %d: allowed is 1 to %d, and it must be there",
		job.RetryStrategy.Attempts,
		MaxAttempts,
	)
	c.exitRules(job.RetryStrategy.EvaluateOnExit)
	c.require(
		seconds(job.Timeout.AttemptDurationSeconds) >= MinAttemptLimit,
		"Timeout.AttemptDurationSeconds %d: allowed is %d or more, and it must be there",
		job.Timeout.AttemptDurationSeconds,
		int(MinAttemptLimit.Seconds()),
	)

	overrides := 0
	for _, argument := range job.ContainerProperties.Command {
		overrides += len(argument)
	}
	for _, variable := range job.ContainerProperties.Environment {
		overrides += len(variable.Name) + len(variable.Value)
	}
	c.require(
		overrides <= maxOverrides,
		"command and environment have %d characters: allowed are %d",
		overrides,
		maxOverrides,
	)

	c.volumes(r)
	required := map[string]string{}
	for _, requirement := range job.ContainerProperties.ResourceRequirements {
		required[requirement.Type] = requirement.Value
	}
	if slices.Contains(job.PlatformCapabilities, "FARGATE") {
		c.fargateSize(required["VCPU"], required["MEMORY"])
		c.require(required["GPU"] == "", "GPU %q: Fargate has none", required["GPU"])
	} else {
		c.wholeNumber("VCPU", required["VCPU"], 1)
		c.wholeNumber("MEMORY", required["MEMORY"], MinMemoryMiB)
		if required["GPU"] != "" {
			c.wholeNumber("GPU", required["GPU"], 1)
		}
	}
}

// wholeNumber requires what a job on EC2 may ask for ("ResourceRequirement", AWS Batch API Reference).
func (c *checker) wholeNumber(kind, text string, least int) {
	number, err := strconv.Atoi(text)
	c.require(err == nil && number >= least, "%s %q: on EC2 allowed is a whole number, %d or more", kind, text, least)
}

func (c *checker) fargateSize(vCPUText, memoryText string) {
	vCPU, err := strconv.ParseFloat(vCPUText, 64)
	sizes := FargateMemoryMiB(vCPU)
	if c.require(err == nil && sizes != nil, "VCPU %q: Fargate allows %v", vCPUText, FargateVCPUs()); sizes == nil {
		return
	}
	memory, err := strconv.Atoi(memoryText)
	c.require(
		err == nil && slices.Contains(sizes, memory),
		"MEMORY %q: with %v vCPU Fargate allows %v MiB",
		memoryText,
		vCPU,
		sizes,
	)
}

type environmentOrder struct{ ComputeEnvironment text }

// onePlatform refuses a queue of Fargate and of instances ("Job queues on Fargate", AWS Batch User
// Guide).
func (c *checker) onePlatform(order []environmentOrder) {
	fargate := 0
	for _, one := range order {
		id := strings.TrimSuffix(strings.TrimPrefix(string(one.ComputeEnvironment), "${"), "}")
		var environment computeEnvironment
		if r, ok := c.resources[id]; ok && c.decode(r, &environment) && environment.onFargate() {
			fargate++
		}
	}
	c.require(fargate == 0 || fargate == len(order),
		"compute environments of Fargate and of EC2: a queue takes only one of them")
}

func (c *checker) jobQueue(r resource) {
	var queue struct {
		ComputeEnvironmentOrder  []environmentOrder
		JobStateTimeLimitActions []struct {
			Action, State, Reason string
			MaxTimeSeconds        int
		}
	}
	if !c.decode(r, &queue) {
		return
	}
	c.onePlatform(queue.ComputeEnvironmentOrder)
	n := len(queue.ComputeEnvironmentOrder)
	c.require(n >= 1 && n <= maxEnvironments, "%d compute environments: allowed is 1 to %d", n, maxEnvironments)
	covered := map[string]bool{}
	for _, action := range queue.JobStateTimeLimitActions {
		covered[action.Reason] = true
		c.require(
			seconds(action.MaxTimeSeconds) >= MinQueueLimit && seconds(action.MaxTimeSeconds) <= MaxQueueLimit,
			"a time limit of %d s: allowed is %d to %d",
			action.MaxTimeSeconds,
			int(MinQueueLimit.Seconds()),
			int(MaxQueueLimit.Seconds()),
		)
		c.require(
			slices.Contains(stuckReasons, action.Reason),
			"a time limit for reason %q: allowed are %q",
			action.Reason,
			stuckReasons,
		)
		c.require(action.State == "RUNNABLE", "a time limit for state %q: allowed is RUNNABLE", action.State)
	}
	for _, reason := range stuckReasons {
		c.require(covered[reason], "no time limit for reason %q: such a job blocks the queue for ever", reason)
	}
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
