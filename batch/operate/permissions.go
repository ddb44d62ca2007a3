package main

import "slices"

// permission is an action of IAM, and on what.
type permission struct {
	Action string
	// Resource is an ARN with the names of outputs in capitals, or * where the action does not
	// support resource-level permissions ("Actions, resources, and condition keys", Service
	// Authorization Reference).
	Resource string
}

var (
	findStack    = permission{"cloudformation:DescribeStacks", "arn:aws:cloudformation:REGION:ACCOUNT:stack/STACK/*"}
	listRunsOf   = permission{"states:ListExecutions", "STATE_MACHINE"}
	describeRun  = permission{"states:DescribeExecution", "EXECUTIONS"}
	readHistory  = permission{"states:GetExecutionHistory", "EXECUTIONS"}
	startRun     = permission{"states:StartExecution", "STATE_MACHINE"}
	stopRun      = permission{"states:StopExecution", "EXECUTIONS"}
	readRunFiles = permission{"s3:GetObject", "arn:aws:s3:::BUCKET/runs/*"}
	releaseLock  = permission{"s3:PutObject", "arn:aws:s3:::BUCKET/runs/lock.json"}
	// Nothing lists the bucket, but without this S3 says of a file that is not there that access is
	// denied ("GetObject", Amazon S3 API Reference).
	missRunFiles         = permission{"s3:ListBucket", "arn:aws:s3:::BUCKET"}
	describeJobs         = permission{"batch:DescribeJobs", "*"}
	listJobs             = permission{"batch:ListJobs", "*"}
	describeDefinitions  = permission{"batch:DescribeJobDefinitions", "*"}
	listResources        = permission{"cloudformation:ListStackResources", findStack.Resource}
	describeEnvironments = permission{"batch:DescribeComputeEnvironments", "*"}
	describeQueues       = permission{"batch:DescribeJobQueues", "*"}
	describeImage        = permission{"ecr:DescribeImages", "arn:aws:ecr:REGION:ACCOUNT:repository/*"}
	countMessages        = permission{"sqs:GetQueueAttributes", "arn:aws:sqs:REGION:ACCOUNT:STACK-*"}
	readLogs             = permission{"logs:FilterLogEvents", "arn:aws:logs:REGION:ACCOUNT:log-group:JOB_LOGS:*"}
)

// finding is what every verb needs that looks at a run.
var finding = []permission{findStack, listRunsOf, describeRun}

// permissionsOf says what each verb asks AWS for; a verb that asks for nothing is not in it.
var permissionsOf = map[string][]permission{
	"runs":     {findStack, listRunsOf},
	"report":   append(slices.Clone(finding), readRunFiles, missRunFiles),
	"failures": append(slices.Clone(finding), readRunFiles, missRunFiles),
	"watch":    append(slices.Clone(finding), readHistory, describeJobs, readRunFiles, missRunFiles),
	"logs":     append(slices.Clone(finding), readHistory, describeJobs, readLogs),
	"cost": append(slices.Clone(finding),
		readHistory, describeJobs, listJobs, describeDefinitions, readRunFiles, missRunFiles),
	"doctor": append(slices.Clone(finding), readHistory, describeJobs, listJobs, describeDefinitions,
		listResources, describeEnvironments, describeQueues, describeImage, countMessages),
	"start": append(slices.Clone(finding), startRun, readHistory, describeJobs, readRunFiles, missRunFiles),
	"rerun": append(slices.Clone(finding), startRun, readHistory, describeJobs, readRunFiles, missRunFiles),
	"stop": append(slices.Clone(finding),
		stopRun, readHistory, describeJobs, readRunFiles, missRunFiles, releaseLock),
}
