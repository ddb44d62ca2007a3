package doctor_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"batchjobwithlambda/batch/operate/doctor"
	"batchjobwithlambda/batch/operate/runs"
)

// healthy is a stack with which nothing is wrong, and a run that has succeeded.
func healthy() doctor.Facts {
	return doctor.Facts{
		Environment: "dev",
		Stack: cfntypes.Stack{
			StackName:        aws.String("BatchJobWithLambda-dev"),
			StackStatus:      cfntypes.StackStatusUpdateComplete,
			DriftInformation: &cfntypes.StackDriftInformation{StackDriftStatus: cfntypes.StackDriftStatusInSync},
		},
		Environments: []batchtypes.ComputeEnvironmentDetail{{
			ComputeEnvironmentName: aws.String("spot"),
			State:                  batchtypes.CEStateEnabled,
			Status:                 batchtypes.CEStatusValid,
			ComputeResources:       &batchtypes.ComputeResource{MaxvCpus: aws.Int32(16)},
		}},
		Queues: []batchtypes.JobQueueDetail{{
			JobQueueName:            aws.String("queue"),
			State:                   batchtypes.JQStateEnabled,
			Status:                  batchtypes.JQStatusValid,
			ComputeEnvironmentOrder: []batchtypes.ComputeEnvironmentOrder{{ComputeEnvironment: aws.String("spot")}},
		}},
		Definition: &batchtypes.JobDefinition{
			JobDefinitionArn: aws.String("definition:2"),
			Status:           aws.String("ACTIVE"),
			ContainerProperties: &batchtypes.ContainerProperties{
				Image:                aws.String("images:tag"),
				ResourceRequirements: []batchtypes.ResourceRequirement{{Type: batchtypes.ResourceTypeVcpu, Value: aws.String("0.5")}},
			},
		},
		Run:         &runs.Run{Name: "run", Status: runs.Succeeded},
		Job:         &batchtypes.JobDetail{JobId: aws.String("job"), JobDefinition: aws.String("definition:2")},
		DeadLetters: map[string]int{"url": 0},
	}
}

func status(s cfntypes.StackStatus) func(*doctor.Facts) {
	return func(f *doctor.Facts) { f.Stack.StackStatus = s }
}

// stuck has a job of the run wait for the reason.
func stuck(reason string) func(*doctor.Facts) {
	return func(f *doctor.Facts) {
		f.Run.Status = runs.Running
		f.Stuck = []batchtypes.JobDetail{{JobId: aws.String("job:0"), StatusReason: aws.String(reason)}}
	}
}

// jobFailed has the run fail for jobs that ended as AWS says.
func jobFailed(statusReason, reason string) func(*doctor.Facts) {
	return func(f *doctor.Facts) {
		f.Run.Status, f.Run.Error, f.Run.Cause = runs.Failed, "ObjectsFailed", "3 of 10 objects failed"
		f.Failed = []batchtypes.JobDetail{{
			JobId:        aws.String("job:1"),
			StatusReason: aws.String(statusReason),
			Container:    &batchtypes.ContainerDetail{Reason: aws.String(reason)},
		}}
	}
}

// ended has the run end with the error.
func ended(status runs.Status, name string) func(*doctor.Facts) {
	return func(f *doctor.Facts) { f.Run.Status, f.Run.Error, f.Run.Cause = status, name, "why" }
}

// planted are troubles, each with what is said first of it, and a part of what mends it.
var planted = []struct {
	says, mends string
	plant       func(*doctor.Facts)
}{
	{"is ROLLBACK_COMPLETE", "delete-stack", status(cfntypes.StackStatusRollbackComplete)},
	{"is UPDATE_ROLLBACK_COMPLETE", "make deploy ENV=dev", status(cfntypes.StackStatusUpdateRollbackComplete)},
	{"is UPDATE_ROLLBACK_FAILED", "continue-update-rollback", status(cfntypes.StackStatusUpdateRollbackFailed)},
	{"is CREATE_FAILED", "make deploy", status(cfntypes.StackStatusCreateFailed)},
	{"is UPDATE_IN_PROGRESS", "wait", status(cfntypes.StackStatusUpdateInProgress)},
	{"changed a resource of stack", "describe-stack-resource-drifts", func(f *doctor.Facts) {
		f.Stack.DriftInformation.StackDriftStatus = cfntypes.StackDriftStatusDrifted
	}},
	{"environment spot is DISABLED", "update-compute-environment --state ENABLED", func(f *doctor.Facts) {
		f.Environments[0].State = batchtypes.CEStateDisabled
	}},
	{"environment spot is INVALID: no role", "mend what the reason names", func(f *doctor.Facts) {
		f.Environments[0].Status, f.Environments[0].StatusReason = batchtypes.CEStatusInvalid, aws.String("no role")
	}},
	{"environment spot is DELETED", "make deploy", func(f *doctor.Facts) { f.Environments[0].Status = batchtypes.CEStatusDeleted }},
	{"needs 0.5 vCPUs, and no compute environment has more than 0", "Compute.MaxVCPUs", func(f *doctor.Facts) {
		f.Environments[0].ComputeResources.MaxvCpus = aws.Int32(0)
	}},
	{"queue queue is DISABLED", "update-job-queue --state ENABLED", func(f *doctor.Facts) { f.Queues[0].State = batchtypes.JQStateDisabled }},
	{"queue queue is INVALID: why", "mend what the reason names", func(f *doctor.Facts) {
		f.Queues[0].Status, f.Queues[0].StatusReason = batchtypes.JQStatusInvalid, aws.String("why")
	}},
	{"queue queue has no compute environment", "make deploy", func(f *doctor.Facts) { f.Queues[0].ComputeEnvironmentOrder = nil }},
	{"definition:2 is INACTIVE", "registers a new revision", func(f *doctor.Facts) { f.Definition.Status = aws.String("INACTIVE") }},
	{"image images:tag is not in its repository", "make deploy", func(f *doctor.Facts) { f.ImageMissing = true }},
	{"no capacity left", "wait", stuck("CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - Service cannot fulfill the capacity")},
	{"too small for one job", "Compute.MaxVCPUs", stuck("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - too small")},
	{"asks for what no compute environment has", "Job.VCPU", stuck("MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - no")},
	{"own role may not", "create-service-linked-role", stuck("MISCONFIGURATION:SERVICE_ROLE_PERMISSIONS - no")},
	{"waits for a person", "console", stuck("ACTION_REQUIRED - no")},
	{"does not know why", "L-3032A538", stuck("UNDETERMINED - Batch job is blocked, root cause is undetermined.")},
	{"image cannot be pulled", "endpoints of ECR", jobFailed("Task failed to start", "CannotPullContainerError: pull image manifest has been retried")},
	{"no route to ECR", "endpoints of ECR, S3", jobFailed("ResourceInitializationError: unable to pull secrets or registry auth", "")},
	{"role cannot be assumed", "trust policy", jobFailed("ECS was unable to assume the role 'arn:role'", "")},
	{"ran out of memory", "Job.MemoryMiB", jobFailed("Essential container in task exited", "OutOfMemoryError: Container killed due to memory usage")},
	{"another architecture", "Job.Architecture", jobFailed("Essential container in task exited", "exec /worker: exec format error")},
	{"longer than Job.AttemptLimit", "Shards.Target", jobFailed("Job attempt duration exceeded timeout", "")},
	{"took the Spot capacity back", "Job.Attempts", jobFailed("Your Spot Task was interrupted.", "")},
	{"attach a network interface", "free addresses", jobFailed("Timeout waiting for network interface provisioning to complete.", "")},
	{"could not start within QueueLimit", "QueueLimit", jobFailed("Canceled by JobStateTimeLimit action due to reason: X", "")},
	{"definition:1, and definition:2 is deployed since", "failures run -env dev", func(f *doctor.Facts) {
		ended(runs.Failed, "ObjectsFailed")(f)
		f.Job.JobDefinition = aws.String("definition:1")
	}},
	{"FAILED: InvalidInput: why", "start -h", ended(runs.Failed, "InvalidInput")},
	{"FAILED: PlanningFailed: why", "start -env dev", ended(runs.Failed, "PlanningFailed")},
	{"FAILED: ObjectsFailed: why", "failures run -env dev", ended(runs.Failed, "ObjectsFailed")},
	{"FAILED: CollectingFailed: why", "start -env dev", ended(runs.Failed, "CollectingFailed")},
	{"FAILED: NotificationFailed: why", "report run", ended(runs.Failed, "NotificationFailed")},
	{"run run is TIMED_OUT", "RunLimit", ended(runs.TimedOut, "")},
	{"run run is ABORTED", "start -env dev", ended(runs.Aborted, "")},
	{"3 messages could not be published", "receive-message --queue-url url", func(f *doctor.Facts) { f.DeadLetters["url"] = 3 }},
	{"could not be asked: denied", "docs/permissions.md", func(f *doctor.Facts) { f.Refused = []error{errors.New("denied")} }},
}

func TestNothingIsWrongWithWhatIsHealthy(t *testing.T) {
	facts := healthy()
	if troubles := doctor.Examine(facts); len(troubles) > 0 {
		t.Errorf("got %+v, want nothing", troubles)
	}
	facts.Run, facts.Job = nil, nil
	if troubles := doctor.Examine(facts); len(troubles) > 0 {
		t.Errorf("before the first run: got %+v, want nothing", troubles)
	}
	if troubles := doctor.Examine(doctor.Facts{}); len(troubles) > 0 {
		t.Errorf("of what could not be asked: got %+v, want nothing", troubles)
	}
}

func TestEachPlantedTroubleIsSaidFirstWithWhatMendsIt(t *testing.T) {
	if len(planted) < 30 {
		t.Errorf("got %d troubles, want 30 or more", len(planted))
	}
	found := map[string]bool{}
	for _, p := range planted {
		facts := healthy()
		p.plant(&facts)
		troubles := doctor.Examine(facts)
		if len(troubles) == 0 {
			t.Errorf("%q: found nothing", p.says)
			continue
		}
		first := troubles[0]
		found[first.Check] = true
		if !strings.Contains(first.Wrong, p.says) || !strings.Contains(first.Mend, p.mends) || first.Known == "" {
			t.Errorf("got %+v first, want %q, mended by %q", first, p.says, p.mends)
		}
	}
	for _, check := range doctor.Checks() {
		if !found[check.Name] {
			t.Errorf("no trouble is planted for the check %q", check.Name)
		}
	}
}
