package doctor

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
)

// cause is what a text of AWS means, and what mends it.
type cause struct{ text, means, mend string }

// stuckCauses are the reasons why a job stays in RUNNABLE ("Jobs stuck in a RUNNABLE status" and
// "Automatic remediation with jobStateTimeLimitActions", AWS Batch User Guide).
var stuckCauses = []cause{
	{
		"CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY", "AWS has no capacity left, on Spot or at all",
		"wait; or change Compute, so that on-demand capacity may be used",
	},
	{
		"MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE", "the compute environments are too small for one job",
		"raise Compute.MaxVCPUs in stacks/environments/environments.go",
	},
	{
		"MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT", "the job asks for what no compute environment has",
		"change Job.VCPU or Job.MemoryMiB in stacks/environments/environments.go",
	},
	{
		"MISCONFIGURATION:SERVICE_ROLE_PERMISSIONS", "AWS Batch's own role may not do what it must",
		"aws iam create-service-linked-role --aws-service-name batch.amazonaws.com",
	},
	{
		"ACTION_REQUIRED", "AWS Batch waits for a person",
		"look at the compute environments in the console of AWS Batch",
	},
	{
		"UNDETERMINED", "AWS Batch does not know why",
		"look at the quota of Fargate's vCPUs:" +
			" aws service-quotas get-service-quota --service-code fargate --quota-code L-36FBB829",
	},
}

var blockedCheck = Check{
	Name:  "blocked queue",
	Asks:  "Does a job that is not of this run block the queue?",
	Known: "batch:GetJobQueueSnapshot and batch:DescribeJobs, statusReason of the job at the head",
	look: func(facts Facts, found func(Trouble)) {
		for _, job := range facts.First {
			c, ok := causeOf(stuckCauses, aws.ToString(job.StatusReason))
			if !ok || facts.isOfRun(job) {
				continue
			}
			id := aws.ToString(job.JobId)
			found(Trouble{
				Wrong: fmt.Sprintf("job queue %s is blocked by job %s of %s: %s (%s)",
					aws.ToString(job.JobQueue), id, aws.ToString(job.JobName), c.means, aws.ToString(job.StatusReason)),
				Mend: c.mend + "; or end the job: aws batch terminate-job --reason blocks --job-id " + id,
			})
		}
	},
}

// isOfRun reports whether the job is the run's, or a child of it.
func (f Facts) isOfRun(job batchtypes.JobDetail) bool {
	if f.Job == nil {
		return false
	}
	id, _, _ := strings.Cut(aws.ToString(job.JobId), ":")
	return id == aws.ToString(f.Job.JobId)
}

var stuckCheck = Check{
	Name:  "stuck jobs",
	Asks:  "Does a job wait that cannot start?",
	Known: "batch:DescribeJobs, statusReason of a job that is RUNNABLE",
	look: func(facts Facts, found func(Trouble)) {
		for _, job := range facts.Stuck {
			if c, ok := causeOf(stuckCauses, aws.ToString(job.StatusReason)); ok {
				found(Trouble{
					Wrong: fmt.Sprintf("job %s cannot start: %s (%s)",
						aws.ToString(job.JobId), c.means, aws.ToString(job.StatusReason)),
					Mend: c.mend,
				})
			}
		}
	},
}

// attemptCauses are what ends attempts that never came to their objects, or came to an end
// before them.
var attemptCauses = []cause{
	{
		"CannotPullContainerError", "the image cannot be pulled",
		"if the network is isolated, look at its endpoints of ECR and S3; else make deploy pushes the image again",
	},
	{
		"ResourceInitializationError", "the container could not be prepared, as when there is no route to ECR or to the logs",
		"look at the subnets' routes, and at the endpoints of ECR, S3 and CloudWatch Logs",
	},
	{
		"unable to assume the role", "the job's role cannot be assumed",
		"make deploy makes the role's trust policy as it was",
	},
	{
		"OutOfMemory", "the job ran out of memory",
		"raise Job.MemoryMiB in stacks/environments/environments.go",
	},
	{
		"exec format error", "the image is for another architecture than the job",
		"make Job.Architecture the image's",
	},
	{
		"Job attempt duration exceeded timeout", "an attempt took longer than Job.AttemptLimit",
		"raise Job.AttemptLimit, or make the shards smaller by Shards.Target",
	},
	{
		"Your Spot Task was interrupted", "AWS took the Spot capacity back more often than the job has attempts",
		"raise Job.Attempts, or run the failures again",
	},
	{
		"Host EC2", "AWS took the instance back more often than the job has attempts",
		"raise Job.Attempts, or run the failures again",
	},
	{
		"Timeout waiting for network interface provisioning", "Fargate could not attach a network interface in time",
		"run the failures again; if it stays, look at the free addresses of the subnets",
	},
	{
		"Canceled by JobStateTimeLimit action", "the job could not start within QueueLimit",
		"mend what the reason names, or raise QueueLimit",
	},
}

var attemptsCheck = Check{
	Name:  "failed jobs",
	Asks:  "Did jobs fail for something else than their objects?",
	Known: "batch:DescribeJobs, statusReason and the container's reason of jobs that failed",
	look: func(facts Facts, found func(Trouble)) {
		said := map[string]bool{}
		for _, job := range facts.Failed {
			reason := reasons(job)
			c, ok := causeOf(attemptCauses, reason)
			if !ok || said[c.text] {
				continue
			}
			said[c.text] = true
			found(Trouble{
				Wrong: fmt.Sprintf("job %s failed: %s (%s)", aws.ToString(job.JobId), c.means, reason),
				Mend:  c.mend,
			})
		}
	},
}

// reasons are all that AWS says of why the job failed.
func reasons(job batchtypes.JobDetail) string {
	var all []string
	if reason := aws.ToString(job.StatusReason); reason != "" {
		all = append(all, reason)
	}
	if job.Container != nil && aws.ToString(job.Container.Reason) != "" {
		all = append(all, aws.ToString(job.Container.Reason))
	}
	return strings.Join(all, "; ")
}

func causeOf(causes []cause, text string) (cause, bool) {
	for _, c := range causes {
		if strings.Contains(text, c.text) {
			return c, true
		}
	}
	return cause{}, false
}
