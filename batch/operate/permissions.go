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

const functionARNs = "arn:PARTITION:lambda:REGION:ACCOUNT:function:STACK-*"

var (
	findStack    = permission{"cloudformation:DescribeStacks", "arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/STACK/*"}
	listRunsOf   = permission{"states:ListExecutions", "STATE_MACHINE"}
	describeRun  = permission{"states:DescribeExecution", "EXECUTIONS"}
	readHistory  = permission{"states:GetExecutionHistory", "EXECUTIONS"}
	startRun     = permission{"states:StartExecution", "STATE_MACHINE"}
	stopRun      = permission{"states:StopExecution", "EXECUTIONS"}
	readRunFiles = permission{"s3:GetObject", "arn:PARTITION:s3:::BUCKET/runs/*"}
	releaseLock  = permission{"s3:PutObject", "arn:PARTITION:s3:::BUCKET/runs/lock.json"}
	// Nothing lists the bucket, but without this S3 says of a file that is not there that access is
	// denied ("GetObject", Amazon S3 API Reference).
	missRunFiles         = permission{"s3:ListBucket", "arn:PARTITION:s3:::BUCKET"}
	describeJobs         = permission{"batch:DescribeJobs", "*"}
	listJobs             = permission{"batch:ListJobs", "*"}
	describeDefinitions  = permission{"batch:DescribeJobDefinitions", "*"}
	listResources        = permission{"cloudformation:ListStackResources", findStack.Resource}
	describeEnvironments = permission{"batch:DescribeComputeEnvironments", "*"}
	describeQueues       = permission{"batch:DescribeJobQueues", "*"}
	snapshotQueues       = permission{"batch:GetJobQueueSnapshot", "arn:PARTITION:batch:REGION:ACCOUNT:job-queue/*"}
	readImage            = permission{"ecr:BatchGetImage", "arn:PARTITION:ecr:REGION:ACCOUNT:repository/*"}
	readImageConfig      = permission{"ecr:GetDownloadUrlForLayer", "arn:PARTITION:ecr:REGION:ACCOUNT:repository/*"}
	readQuota            = permission{"servicequotas:GetServiceQuota", "*"}
	describeKey          = permission{"kms:DescribeKey", "arn:PARTITION:kms:REGION:ACCOUNT:key/*"}
	describeSubnets      = permission{"ec2:DescribeSubnets", "*"}
	describeRoutes       = permission{"ec2:DescribeRouteTables", "*"}
	describeEndpoints    = permission{"ec2:DescribeVpcEndpoints", "*"}
	describeGroups       = permission{"ec2:DescribeSecurityGroups", "*"}
	readEvents           = permission{"s3:GetBucketNotification", "arn:PARTITION:s3:::BUCKET"}
	describeFunctions    = permission{"lambda:GetFunctionConfiguration", functionARNs}
	readConcurrency      = permission{"lambda:GetFunctionConcurrency", functionARNs}
	readUnreserved       = permission{"lambda:GetAccountSettings", "*"}
	describeMachine      = permission{"states:DescribeStateMachine", "STATE_MACHINE"}
	simulateRoles        = permission{"iam:SimulatePrincipalPolicy", "arn:PARTITION:iam::ACCOUNT:role/STACK-*"}
	readBucketPolicy     = permission{"s3:GetBucketPolicy", "arn:PARTITION:s3:::BUCKET"}
	readOwnership        = permission{"s3:GetBucketOwnershipControls", "arn:PARTITION:s3:::BUCKET"}
	listSubscriptions    = permission{"sns:ListSubscriptionsByTopic", "arn:PARTITION:sns:REGION:ACCOUNT:STACK-*"}
	describeAlarms       = permission{"cloudwatch:DescribeAlarms", "arn:PARTITION:cloudwatch:REGION:ACCOUNT:alarm:*"}
	readMetrics          = permission{"cloudwatch:GetMetricData", "*"}
	countMessages        = permission{"sqs:GetQueueAttributes", "arn:PARTITION:sqs:REGION:ACCOUNT:STACK-*"}
	readLogs             = permission{"logs:FilterLogEvents", "arn:PARTITION:logs:REGION:ACCOUNT:log-group:JOB_LOGS:*"}
)

// finding is what every verb needs that looks at a run. The files tell a run from a start that found
// nothing to do.
var finding = append([]permission{describeRun}, listing...)

// listing is what it takes to list the runs.
var listing = []permission{findStack, listRunsOf, readRunFiles, missRunFiles}

// permissionsOf says what each verb asks AWS for; a verb that asks for nothing is not in it.
var permissionsOf = map[string][]permission{
	"runs":     listing,
	"report":   append(slices.Clone(finding), describeDefinitions),
	"failures": finding,
	"watch":    append(slices.Clone(finding), readHistory, describeJobs, describeDefinitions),
	"logs":     append(slices.Clone(finding), readHistory, describeJobs, readLogs),
	"cost": append(slices.Clone(finding), readHistory, describeJobs, listJobs, describeDefinitions, listResources,
		describeEndpoints, readMetrics),
	"doctor": append(slices.Clone(finding), readHistory, describeJobs, listJobs, describeDefinitions,
		listResources, describeEnvironments, describeQueues, snapshotQueues, readImage, readImageConfig, readQuota,
		describeKey, describeSubnets, describeRoutes, describeEndpoints, describeGroups, describeFunctions, readConcurrency,
		readUnreserved, describeMachine, simulateRoles, readBucketPolicy, readOwnership, readEvents,
		listSubscriptions, countMessages, describeAlarms),
	"start": append(slices.Clone(finding), startRun, readHistory, describeJobs, describeDefinitions),
	"rerun": append(slices.Clone(finding), startRun, readHistory, describeJobs),
	"stop":  append(slices.Clone(finding), stopRun, readHistory, describeJobs, releaseLock),
}
