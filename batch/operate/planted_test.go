package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	alarmtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	keytypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	functiontypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"batchjobwithlambda/batch/operate/doctor"
	"batchjobwithlambda/test/wire"
)

func stackIs(s cfntypes.StackStatus) func(*fake) { return func(f *fake) { f.stack.StackStatus = s } }

// stuck has a job of the run wait for the reason.
func stuck(reason string) func(*fake) {
	return func(f *fake) { f.running("run", 2, batchtypes.JobStatusRunnable).reason = reason }
}

// jobFailed has the run fail for jobs that ended as AWS says.
func jobFailed(statusReason, reason string) func(*fake) {
	return func(f *fake) {
		of := f.running("run", 2, batchtypes.JobStatusFailed)
		of.reason, of.containerReason = statusReason, reason
		e := f.executions[0]
		e.status, e.err, e.cause = sfntypes.ExecutionStatusFailed, "ObjectsFailed", "3 of 10 objects failed"
	}
}

// endedWith has the run end with the error.
func endedWith(status sfntypes.ExecutionStatus, name string) func(*fake) {
	return func(f *fake) { e := f.ended("run", status); e.err, e.cause = name, "why" }
}

// isolated has jobs run in a network without a route out, and with the endpoints given.
func isolated(services ...string) func(*fake) {
	return func(f *fake) {
		f.routes = isolatedRoutes
		f.definition.ContainerProperties.NetworkConfiguration.AssignPublicIp = batchtypes.AssignPublicIpDisabled
		f.endpoints = "<vpcEndpointSet>"
		for _, service := range services {
			kind := "<vpcEndpointType>Interface</vpcEndpointType><privateDnsEnabled>true</privateDnsEnabled>"
			if service == "s3" {
				kind = "<vpcEndpointType>Gateway</vpcEndpointType><routeTableIdSet><item>rtb-1</item></routeTableIdSet>"
			}
			f.endpoints += "<item><vpcEndpointId>vpce-" + service + "</vpcEndpointId><state>available</state>" +
				"<serviceName>com.amazonaws.eu-north-1." + service + "</serviceName>" + kind + "</item>"
		}
		f.endpoints += "</vpcEndpointSet>"
	}
}

// onInstances has jobs run on instances of the types.
func onInstances(f *fake, kind batchtypes.CRType, types ...string) {
	f.environment.ComputeResources.Type, f.environment.ComputeResources.InstanceTypes = kind, types
	f.definition.ContainerProperties.NetworkConfiguration = nil
}

// lentWithPolicy has the buckets be another account's, and have the policy.
func lentWithPolicy(policy string) func(*fake) {
	return func(f *fake) {
		f.outputs["MainInputBucketPolicy"] = `{"Statement": [{"Principal": {"AWS": ["arn:aws:iam::111122223333:role/plan"]}}]}`
		f.bucketPolicy = policy
	}
}

func mayNot(action string, result iamtypes.EvaluationResult) func(*fake) {
	return func(f *fake) {
		result.EvalDecision = iamtypes.PolicyEvaluationDecisionTypeImplicitDeny
		f.mayNot[action] = result
	}
}

func replace(text *string, before, after string) { *text = strings.Replace(*text, before, after, 1) }

// planted are troubles, each with what is said first of it, and a part of what mends it.
var planted = []struct {
	says, mends string
	plant       func(*fake)
}{
	{"is ROLLBACK_COMPLETE", "delete-stack", stackIs(cfntypes.StackStatusRollbackComplete)},
	{"is UPDATE_ROLLBACK_COMPLETE", "make deploy ENV=dev", stackIs(cfntypes.StackStatusUpdateRollbackComplete)},
	{"is UPDATE_ROLLBACK_FAILED", "continue-update-rollback", stackIs(cfntypes.StackStatusUpdateRollbackFailed)},
	{"is CREATE_FAILED", "make deploy", stackIs(cfntypes.StackStatusCreateFailed)},
	{"is UPDATE_IN_PROGRESS", "wait", stackIs(cfntypes.StackStatusUpdateInProgress)},
	{"changed a resource of stack", "describe-stack-resource-drifts", func(f *fake) {
		f.stack.DriftInformation.StackDriftStatus = cfntypes.StackDriftStatusDrifted
	}},

	{"key key-1 is Disabled", "aws kms enable-key", func(f *fake) { f.key.KeyState = keytypes.KeyStateDisabled }},
	{"key key-1 is PendingDeletion", "cancel-key-deletion", func(f *fake) { f.key.KeyState = keytypes.KeyStatePendingDeletion }},

	{"environment spot is DISABLED", "update-compute-environment --state ENABLED", func(f *fake) {
		f.environment.State = batchtypes.CEStateDisabled
	}},
	{"environment spot is INVALID: no role", "mend what the reason names", func(f *fake) {
		f.environment.Status, f.environment.StatusReason = batchtypes.CEStatusInvalid, aws.String("no role")
	}},
	{"environment spot is DELETED", "make deploy", func(f *fake) { f.environment.Status = batchtypes.CEStatusDeleted }},
	{"needs 32 vCPUs, and no compute environment has more than 16", "Compute.MaxVCPUs", func(f *fake) {
		f.definition.ContainerProperties.ResourceRequirements[0].Value = aws.String("32")
	}},
	{"may have 16 vCPUs, and the account's quota of FARGATE_SPOT is 6", "--quota-code L-36FBB829 --desired-value 16", func(f *fake) {
		f.quota = 6
	}},
	{"quota of FARGATE is 0: not even one job fits, which needs 1", "--quota-code L-3032A538", func(f *fake) {
		f.environment.ComputeResources.Type, f.quota = batchtypes.CRTypeFargate, 0
	}},
	{"quota of EC2 is 5", "--service-code ec2 --quota-code L-1216C47A", func(f *fake) {
		onInstances(f, batchtypes.CRTypeEc2, "c7g", "m7g.xlarge")
		f.quota = 5
	}},
	{"quota of SPOT is 5", "--quota-code L-34B43A08", func(f *fake) {
		onInstances(f, batchtypes.CRTypeSpot, "default_arm64")
		f.quota = 5
	}},
	{"quota of SPOT is 5", "--quota-code L-3819A6DF", func(f *fake) {
		onInstances(f, batchtypes.CRTypeSpot, "g5", "g6")
		f.quota = 5
	}},
	{"queue queue is DISABLED", "update-job-queue --state ENABLED", func(f *fake) { f.queue.State = batchtypes.JQStateDisabled }},
	{"queue queue is INVALID: why", "mend what the reason names", func(f *fake) {
		f.queue.Status, f.queue.StatusReason = batchtypes.JQStatusInvalid, aws.String("why")
	}},
	{"queue queue has no compute environment", "make deploy", func(f *fake) { f.queue.ComputeEnvironmentOrder = nil }},

	{"definition:1 is INACTIVE", "registers a new revision", func(f *fake) { f.definition.Status = aws.String("INACTIVE") }},
	{"images:tag is not in its repository", "make deploy", func(f *fake) { f.manifest = "" }},
	{"images:tag is not in its repository", "make deploy", func(f *fake) {
		f.refuses["BatchGetImage"] = wire.Refusal{Code: "RepositoryNotFoundException", Message: "no"}
	}},
	{"images:tag is for amd64, and the job runs on arm64", "Job.Architecture", func(f *fake) { f.architecture = "amd64" }},
	{"images:tag is for amd64, s390x, and the job runs on arm64", "Job.Architecture", func(f *fake) {
		f.manifest = `{"manifests": [{"platform": {"architecture": "amd64"}}, {"platform": {"architecture": "s390x"}}]}`
	}},

	{"subnet subnet-1 has no free address", "describe-network-interfaces", func(f *fake) { replace(&f.subnets, "251", "0") }},
	{"the route out of subnet subnet-1 leads nowhere: igw-1 is gone", "describe-route-tables", func(f *fake) {
		replace(&f.routes, "igw-1</gatewayId><state>active", "igw-1</gatewayId><state>blackhole")
	}},
	{"leads to internet gateway igw-1, and a job has no public address", "make deploy", func(f *fake) {
		f.definition.ContainerProperties.NetworkConfiguration.AssignPublicIp = batchtypes.AssignPublicIpDisabled
	}},
	{"leads to vgw-1, which is no internet gateway", "describe-route-tables", func(f *fake) { replace(&f.routes, "igw-1", "vgw-1") }},
	{"has no route table", "make deploy", func(f *fake) { f.routes = "" }},
	{"no working endpoint of ecr.api", "make deploy", isolated("ecr.dkr", "logs", "s3")},
	{"no working endpoint of ecr.dkr", "make deploy", isolated("ecr.api", "logs", "s3")},
	{"no working endpoint of logs", "make deploy", isolated("ecr.api", "ecr.dkr", "s3")},
	{"no working endpoint of s3", "make deploy", isolated("ecr.api", "ecr.dkr", "logs")},
	{"no working endpoint of s3", "make deploy", func(f *fake) {
		isolated("ecr.api", "ecr.dkr", "logs", "s3")(f)
		replace(&f.endpoints, "<item>rtb-1</item>", "<item>rtb-2</item>")
	}},
	{"no working endpoint of logs", "make deploy", func(f *fake) {
		isolated("ecr.api", "ecr.dkr", "s3", "logs")(f)
		replace(&f.endpoints, "vpce-logs</vpcEndpointId><state>available", "vpce-logs</vpcEndpointId><state>failed")
	}},

	{"security group sg-1 lets no HTTPS out", "authorize-security-group-egress --group-id sg-1", func(f *fake) {
		replace(&f.groups, "443", "80")
		replace(&f.groups, "443", "80")
	}},
	{
		"role BatchJobWithLambda-dev-job may not s3:GetObject on arn:aws:s3:::files/", "list-attached-role-policies",
		mayNot("s3:GetObject", iamtypes.EvaluationResult{}),
	},
	{
		"role BatchJobWithLambda-dev-plan may not s3:PutObject on arn:aws:s3:::files/runs/some-run/manifest.jsonl" +
			" (implicitDeny by the organization)", "organization",
		mayNot("s3:PutObject", iamtypes.EvaluationResult{OrganizationsDecisionDetail: &iamtypes.OrganizationsDecisionDetail{}}),
	},
	{
		"role BatchJobWithLambda-dev-workflow may not sns:Publish on " + topicARN + " (implicitDeny by the permissions boundary)",
		"boundary", mayNot("sns:Publish", iamtypes.EvaluationResult{
			PermissionsBoundaryDecisionDetail: &iamtypes.PermissionsBoundaryDecisionDetail{},
		}),
	},
	{
		"role BatchJobWithLambda-dev-execution may not ecr:GetAuthorizationToken", "list-attached-role-policies",
		mayNot("ecr:GetAuthorizationToken", iamtypes.EvaluationResult{}),
	},

	{"function BatchJobWithLambda-dev-plan is Failed: no address", "mend what the reason names", func(f *fake) {
		f.function.State, f.function.StateReason = functiontypes.StateFailed, aws.String("no address")
	}},
	{"function BatchJobWithLambda-dev-plan is switched off", "delete-function-concurrency", func(f *fake) { f.reserved = aws.Int32(0) }},
	{"other functions have all of the account's concurrency", "Service Quotas", func(f *fake) { f.unreserved = 0 }},

	{"bucket files: there is none of the name", "head-bucket", func(f *fake) { f.bucketStatus["files"] = http.StatusNotFound }},
	{"bucket files: you may not look at it", "head-bucket", func(f *fake) { f.bucketStatus["files"] = http.StatusForbidden }},
	{"bucket files denies everybody s3:PutObject", "get-bucket-policy", func(f *fake) {
		f.bucketPolicy = `{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": ["s3:PutObject"], "Resource": "*"}]}`
	}},
	{"bucket files, which is another account's, does not let in arn:aws:iam::111122223333:role/plan", "…BucketPolicy", lentWithPolicy(
		`{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/another"}, "Action": "s3:*"}]}`,
	)},
	{"bucket files, which is another account's, does not let in arn:aws:iam::111122223333:role/plan", "…BucketPolicy", lentWithPolicy("")},
	{"bucket files leaves what is written to it to the writer", "BucketOwnerEnforced", func(f *fake) { f.ownership = "ObjectWriter" }},

	{"bucket files does not send its events", "EventsCommand", func(f *fake) { f.events = false }},

	{"is blocked by job other of run: AWS has no capacity left", "terminate-job", func(f *fake) {
		f.jobs["other"] = &job{
			children: []batchtypes.JobStatus{batchtypes.JobStatusRunnable}, definition: definitionARN,
			parentReason: "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - no",
		}
		f.first = "other"
	}},
	{"no capacity left", "wait", stuck("CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - Service cannot fulfill the capacity")},
	{"too small for one job", "Compute.MaxVCPUs", stuck("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - too small")},
	{"asks for what no compute environment has", "Job.VCPU", stuck("MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - no")},
	{"own role may not", "create-service-linked-role", stuck("MISCONFIGURATION:SERVICE_ROLE_PERMISSIONS - no")},
	{"waits for a person", "console", stuck("ACTION_REQUIRED - no")},
	{"does not know why", "L-36FBB829", stuck("UNDETERMINED - Batch job is blocked, root cause is undetermined.")},
	{"image cannot be pulled", "endpoints of ECR", jobFailed("Task failed to start", "CannotPullContainerError: retried")},
	{"no route to ECR", "endpoints of ECR, S3", jobFailed("ResourceInitializationError: unable to pull secrets or registry auth", "")},
	{"role cannot be assumed", "trust policy", jobFailed("ECS was unable to assume the role 'arn:role'", "")},
	{"ran out of memory", "Job.MemoryMiB", jobFailed("Essential container in task exited", "OutOfMemoryError: Container killed")},
	{"another architecture", "Job.Architecture", jobFailed("Essential container in task exited", "exec /worker: exec format error")},
	{"longer than Job.AttemptLimit", "Shards.Target", jobFailed("Job attempt duration exceeded timeout", "")},
	{"took the Spot capacity back", "Job.Attempts", jobFailed("Your Spot Task was interrupted.", "")},
	{"took the instance back", "Job.Attempts", jobFailed("Host EC2 (instance i-1) terminated.", "")},
	{"attach a network interface", "free addresses", jobFailed("Timeout waiting for network interface provisioning to complete.", "")},
	{"could not start within QueueLimit", "QueueLimit", jobFailed("Canceled by JobStateTimeLimit action due to reason: X", "")},

	{"definition:0, and " + definitionARN + " is deployed since", "failures run -env dev", func(f *fake) {
		jobFailed("", "")(f)
		f.jobs["job"].definition = "definition:0"
	}},
	{"FAILED: InvalidInput: why", "start -h", endedWith(sfntypes.ExecutionStatusFailed, "InvalidInput")},
	{"FAILED: PlanningFailed: why", "start -env dev", endedWith(sfntypes.ExecutionStatusFailed, "PlanningFailed")},
	{"FAILED: ObjectsFailed: why", "failures run -env dev", endedWith(sfntypes.ExecutionStatusFailed, "ObjectsFailed")},
	{"FAILED: CollectingFailed: why", "start -env dev", endedWith(sfntypes.ExecutionStatusFailed, "CollectingFailed")},
	{"FAILED: NotificationFailed: why", "report run", endedWith(sfntypes.ExecutionStatusFailed, "NotificationFailed")},
	{"run run is TIMED_OUT", "RunLimit", endedWith(sfntypes.ExecutionStatusTimedOut, "")},
	{"run run is ABORTED", "start -env dev", endedWith(sfntypes.ExecutionStatusAborted, "")},

	{"ops@example.com is not notified", "aws sns subscribe --topic-arn " + topicARN, func(f *fake) {
		f.subscriptions[0].SubscriptionArn = aws.String("PendingConfirmation")
	}},
	{"3 messages wait in dead-letter queue", "receive-message --queue-url https://sqs", func(f *fake) { f.deadLetters = 3 }},
	{"alarm BatchJobWithLambda-dev-alarm is on: Messages wait: 1 datapoint", "describe-alarm-history", func(f *fake) {
		f.alarm.StateValue = alarmtypes.StateValueAlarm
	}},
	{"not checked: needs batch:DescribeJobQueues", "docs/permissions.md", func(f *fake) {
		f.refuses["DescribeJobQueues"] = wire.Refusal{Code: "AccessDeniedException", Message: "no"}
	}},
	{"not checked: kms:DescribeKey failed", "try again", func(f *fake) {
		f.refuses["DescribeKey"] = wire.Refusal{Code: "InvalidArnException", Message: "no"}
	}},
}

// Everything is asked over HTTP, by the SDK, of an account that refuses what the policy of whoever
// watches does not allow.
func TestEachPlantedTroubleIsSaidFirstWithWhatMendsIt(t *testing.T) {
	found := map[string]bool{}
	for _, p := range planted {
		f := newFake(t)
		p.plant(f)
		out, messages, code := f.typed(t, "doctor")
		first, _, _ := strings.Cut(out, "to mend it: ")
		mend, _, _ := strings.Cut(strings.TrimPrefix(out, first), "\n")
		check, _, _ := strings.Cut(first, ": ")
		found[check] = true
		if code != exitDone || !strings.Contains(first, p.says) || !strings.Contains(first, "known by: ") || !strings.Contains(mend, p.mends) {
			t.Errorf("got exit code %d, %q and\n%s\nwant %q first, mended by %q", code, messages, out, p.says, p.mends)
		}
	}
	for _, check := range doctor.Checks() {
		if !found[check.Name] {
			t.Errorf("no trouble is planted for the check %q", check.Name)
		}
	}
	t.Logf("%d troubles were planted", len(planted))
}

func TestADoctorOfInstancesAsksForNoAddressOfAJob(t *testing.T) {
	f := newFake(t)
	f.definition.ContainerProperties.NetworkConfiguration = nil
	f.environment.ComputeResources.Type = batchtypes.CRTypeSpot
	f.running("run", 2, batchtypes.JobStatusSucceeded)
	f.executions[0].status = sfntypes.ExecutionStatusSucceeded
	if out, messages, _ := f.typed(t, "doctor"); !strings.HasPrefix(out, "nothing is wrong") {
		t.Errorf("got %q and %q", out, messages)
	}
}

func TestADoctorOfAnIsolatedNetworkWithItsEndpointsHasNothingToSay(t *testing.T) {
	f := newFake(t)
	isolated("ecr.api", "ecr.dkr", "logs", "s3")(f)
	f.running("run", 2, batchtypes.JobStatusSucceeded)
	f.executions[0].status, f.executions[0].stopped = sfntypes.ExecutionStatusSucceeded, noon.Add(time.Minute)
	if out, messages, _ := f.typed(t, "doctor"); !strings.HasPrefix(out, "nothing is wrong") {
		t.Errorf("got %q and %q", out, messages)
	}
}
