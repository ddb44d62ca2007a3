package doctor

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
)

var environmentCheck = Check{
	Name:  "environments",
	Asks:  "Can each compute environment start jobs?",
	Known: "batch:DescribeComputeEnvironments, state and status",
	look: func(facts Facts, found func(Trouble)) {
		for _, e := range facts.Environments {
			name := aws.ToString(e.ComputeEnvironmentName)
			switch {
			case e.State == batchtypes.CEStateDisabled:
				found(Trouble{
					Wrong: "compute environment " + name + " is DISABLED",
					Mend:  "aws batch update-compute-environment --state ENABLED --compute-environment " + name,
				})
			case e.Status == batchtypes.CEStatusInvalid:
				found(Trouble{
					Wrong: "compute environment " + name + " is INVALID: " + aws.ToString(e.StatusReason),
					Mend:  "mend what the reason names, then " + deploy(facts),
				})
			case e.Status == batchtypes.CEStatusDeleting || e.Status == batchtypes.CEStatusDeleted:
				found(Trouble{
					Wrong: "compute environment " + name + " is " + string(e.Status),
					Mend:  deploy(facts),
				})
			}
		}
	},
}

var capacityCheck = Check{
	Name:  "capacity",
	Asks:  "Is one job small enough for some compute environment?",
	Known: "batch:DescribeComputeEnvironments, maxvCpus, beside the job definition's VCPU",
	look: func(facts Facts, found func(Trouble)) {
		need, largest := facts.Size.VCPU, 0.0
		for _, e := range facts.Environments {
			if e.ComputeResources != nil {
				largest = max(largest, float64(aws.ToInt32(e.ComputeResources.MaxvCpus)))
			}
		}
		if len(facts.Environments) == 0 || need <= largest {
			return
		}
		found(Trouble{
			Wrong: fmt.Sprintf("a job needs %g vCPUs, and no compute environment has more than %g", need, largest),
			Mend:  "raise Compute.MaxVCPUs in stacks/environments/environments.go, then " + deploy(facts),
		})
	},
}

var queueCheck = Check{
	Name:  "queue",
	Asks:  "Does each job queue take jobs, and lead to a compute environment?",
	Known: "batch:DescribeJobQueues, state and status",
	look: func(facts Facts, found func(Trouble)) {
		for _, q := range facts.Queues {
			name := aws.ToString(q.JobQueueName)
			switch {
			case q.State == batchtypes.JQStateDisabled:
				found(Trouble{
					Wrong: "job queue " + name + " is DISABLED",
					Mend:  "aws batch update-job-queue --state ENABLED --job-queue " + name,
				})
			case q.Status == batchtypes.JQStatusInvalid:
				found(Trouble{
					Wrong: "job queue " + name + " is INVALID: " + aws.ToString(q.StatusReason),
					Mend:  "mend what the reason names, then " + deploy(facts),
				})
			case len(q.ComputeEnvironmentOrder) == 0:
				found(Trouble{
					Wrong: "job queue " + name + " has no compute environment",
					Mend:  deploy(facts),
				})
			}
		}
	},
}
