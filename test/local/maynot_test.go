package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/proof"
	"batchjobwithlambda/test/template"
)

// names finds the ARNs of a stack's resources by their ids without the hash.
type names struct {
	t *testing.T
	s stack
}

// has reports whether the stack has the resource; "" is none in particular.
func (n names) has(name string) bool { return name == "" || n.s.template.Named(name) != nil }

func (n names) arn(name string) string {
	n.t.Helper()
	return n.arnOf(named(n.t, n.s.template, name))
}

func (n names) arnOf(r *template.Resource) string {
	n.t.Helper()
	arn, err := n.s.template.ARN(r)
	if err != nil {
		n.t.Fatal(err)
	}
	return arn
}

// named is the resource with the id, which stands without its hash.
func named(t *testing.T, from *template.Template, name string) *template.Resource {
	t.Helper()
	r := from.Named(name)
	if r == nil {
		t.Fatalf("%s has no %s", from.Stack, name)
	}
	return r
}

func (n names) roles() []string {
	var arns []string
	for _, role := range n.s.template.OfType("AWS::IAM::Role") {
		arns = append(arns, n.arnOf(role))
	}
	return arns
}

// objects are objects of the pipeline's bucket.
func (n names) objects(keys ...string) []string {
	for i, key := range keys {
		keys[i] = n.arn("StorageBucket") + "/" + key
	}
	return keys
}

const (
	another = "arn:aws:s3:::another"
	// administrator is a role of the account that may do everything.
	administrator = "arn:aws:iam::111122223333:role/administrator"
)

// try is every action on every resource by each of the principals, by TLS, with the keys
// and values of the context.
func try(principals []string, actions string, resources []string, context ...string) []iam.Request {
	keys := map[string]string{"aws:SecureTransport": "true"}
	for i := 0; i < len(context); i += 2 {
		keys[context[i]] = context[i+1]
	}
	var requests []iam.Request
	for _, principal := range principals {
		for action := range strings.FieldsSeq(actions) {
			for _, resource := range resources {
				requests = append(
					requests,
					iam.Request{Principal: principal, Action: action, Resource: resource, Context: maps.Clone(keys)},
				)
			}
		}
	}
	return requests
}

const (
	anyWrite  = "s3:PutObject s3:AbortMultipartUpload"
	anyDelete = "s3:DeleteObject s3:DeleteObjectVersion"
	network   = "ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses ec2:DescribeNetworkInterfaces ec2:DescribeSubnets"
)

// sentences say what nobody may who could be thought to. Each is made of requests that
// all have to be refused, wherever they come from. A sentence about what only some
// environments have names it.
var sentences = []struct {
	sentence string
	about    string
	requests func(n names) []iam.Request
}{
	{"The job may not read outside of its input, its plan and its outputs", "", func(n names) []iam.Request {
		return try(
			[]string{n.arn("JobRole")},
			"s3:GetObject s3:GetObjectVersion",
			append(
				n.objects("other", "input", "inputs/a", "runs/r/report.json", "runs/r/failed.jsonl", "runs/r/results/0.jsonl"),
				another+"/input/a",
			),
		)
	}},
	{"The job may not list the files of runs, nor the whole bucket", "", func(n names) []iam.Request {
		job, bucket := []string{n.arn("JobRole")}, []string{n.arn("StorageBucket")}
		return slices.Concat(
			try(job, "s3:ListBucket", bucket),
			try(job, "s3:ListBucket", bucket, "s3:prefix", ""),
			try(job, "s3:ListBucket", bucket, "s3:prefix", "in"),
			try(
				job,
				"s3:ListBucket",
				bucket,
				"s3:prefix",
				"runs/r/",
			),
			try(job, "s3:ListBucket", []string{another}, "s3:prefix", "input/"),
		)
	}},
	{"The job may not write outside of its outputs and the results of runs", "", func(n names) []iam.Request {
		return try(
			[]string{n.arn("JobRole")},
			anyWrite,
			append(
				n.objects(
					"other",
					"input/a",
					"output",
					"runs/r/manifest.jsonl",
					"runs/r/manifest.index",
					"runs/r/report.json",
					"runs/r/failed.jsonl",
					"runs/r/results",
				),
				another+"/output/a",
			),
		)
	}},
	{"Nobody may delete an object", "", func(n names) []iam.Request {
		return try(
			n.roles(),
			anyDelete,
			n.objects("input/a", "output/a", "runs/r/manifest.jsonl", "runs/r/results/0.jsonl", "runs/r/report.json"),
		)
	}},
	{"The function that plans may not write results, reports, outputs or inputs", "", func(n names) []iam.Request {
		return try(
			[]string{n.arn("PreprocessRole")},
			anyWrite,
			n.objects("input/a", "output/a", "runs/r/results/0.jsonl", "runs/r/report.json", "runs/r/failed.jsonl"),
		)
	}},
	{"The function that plans may not see outputs", "", func(n names) []iam.Request {
		preprocess := []string{n.arn("PreprocessRole")}
		return append(
			try(preprocess, "s3:GetObject", n.objects("output/a")),
			try(preprocess, "s3:ListBucket", []string{n.arn("StorageBucket")}, "s3:prefix", "output/")...)
	}},
	{"The function that collects may not see inputs or outputs", "", func(n names) []iam.Request {
		collect, bucket := []string{n.arn("CollectRole")}, []string{n.arn("StorageBucket")}
		return slices.Concat(
			try(collect, "s3:GetObject", n.objects("input/a", "output/a")),
			try(
				collect,
				"s3:ListBucket",
				bucket,
				"s3:prefix",
				"input/",
			),
			try(collect, "s3:ListBucket", bucket, "s3:prefix", "output/"),
			try(collect, "s3:ListBucket", bucket),
		)
	}},
	{"The function that collects may not write plans, results, inputs or outputs", "", func(n names) []iam.Request {
		return try(
			[]string{n.arn("CollectRole")},
			anyWrite,
			n.objects("input/a", "output/a", "runs/r/manifest.jsonl", "runs/r/manifest.index", "runs/r/results/0.jsonl"),
		)
	}},
	{"Neither the state machine nor what starts the job may touch the bucket", "", func(n names) []iam.Request {
		both := []string{n.arn("WorkflowRole"), n.arn("JobExecutionRole")}
		return append(
			try(both, "s3:GetObject "+anyWrite, n.objects("input/a", "output/a", "runs/r/manifest.jsonl")),
			try(both, "s3:ListBucket", []string{n.arn("StorageBucket")}, "s3:prefix", "input/")...)
	}},
	{"Only the state machine may submit and terminate jobs", "", func(n names) []iam.Request {
		others := less(n.roles(), n.arn("WorkflowRole"))
		return append(
			try(
				others,
				"batch:SubmitJob batch:TagResource",
				[]string{n.arn("Queue"), n.arn("JobDefinition")},
				"aws:RequestTag/pipeline",
				n.s.template.Stack,
			),
			try(
				others,
				"batch:TerminateJob batch:CancelJob",
				[]string{template.ARN("batch", "job/1")},
				"aws:ResourceTag/pipeline",
				n.s.template.Stack,
			)...)
	}},
	{
		"The state machine may not start another's definition, another revision, or in another's queue",
		"",
		func(n names) []iam.Request {
			revision := strings.TrimSuffix(n.arn("JobDefinition"), ":1")
			return try(
				[]string{n.arn("WorkflowRole")},
				"batch:SubmitJob",
				[]string{
					revision,
					revision + ":2",
					template.ARN("batch", "job-definition/another:1"),
					template.ARN("batch", "job-queue/another"),
				},
				"aws:RequestTag/pipeline",
				n.s.template.Stack,
			)
		},
	},
	{"The state machine may not terminate another's job, nor give a job another's tag", "", func(n names) []iam.Request {
		workflow, job := []string{n.arn("WorkflowRole")}, []string{template.ARN("batch", "job/1")}
		return slices.Concat(
			try(workflow, "batch:TerminateJob", job),
			try(workflow, "batch:TerminateJob", job, "aws:ResourceTag/pipeline", "another"),
			try(workflow, "batch:CancelJob", job, "aws:ResourceTag/pipeline", n.s.template.Stack),
			try(
				workflow,
				"batch:TagResource",
				[]string{n.arn("Queue"), n.arn("JobDefinition")},
				"aws:RequestTag/pipeline",
				"another",
			),
			try(workflow, "batch:TagResource", job, "aws:RequestTag/pipeline", n.s.template.Stack),
		)
	}},
	{"Only the state machine may invoke the functions", "", func(n names) []iam.Request {
		return try(
			less(n.roles(), n.arn("WorkflowRole")),
			"lambda:InvokeFunction",
			[]string{n.arn("PreprocessFunction"), n.arn("CollectFunction")},
		)
	}},
	{
		"The state machine may not invoke another's function, nor publish to another's topic",
		"",
		func(n names) []iam.Request {
			workflow := []string{n.arn("WorkflowRole")}
			return append(
				try(
					workflow,
					"lambda:InvokeFunction",
					[]string{template.ARN("lambda", "function:another"), n.arn("CollectFunction") + "2"},
				),
				try(workflow, "sns:Publish", []string{template.ARN("sns", "another")})...)
		},
	},
	{
		"Of the roles only the state machine's may publish to the topic, and none may read its messages",
		"",
		func(n names) []iam.Request {
			topic := []string{n.arn("NotificationsTopic")}
			return append(
				try(less(n.roles(), n.arn("WorkflowRole")), "sns:Publish", topic),
				try(n.roles(), "sns:Subscribe sns:AddPermission", topic)...)
		},
	},
	{"Nobody may start or stop an execution, nor change the state machine", "", func(n names) []iam.Request {
		return try(
			n.roles(),
			"states:StartExecution states:StopExecution states:UpdateStateMachine",
			[]string{n.arn("WorkflowStateMachine")},
		)
	}},
	{"No role may change IAM, or hand a role on", "", func(n names) []iam.Request {
		return try(
			n.roles(),
			"iam:PassRole iam:CreateRole iam:PutRolePolicy iam:AttachRolePolicy iam:UpdateAssumeRolePolicy iam:CreatePolicyVersion iam:CreateUser iam:CreateAccessKey",
			append(n.roles(), n.arn("JobRoleJobPolicy"), template.ARN("iam", "role/another")),
		)
	}},
	{"No role may take a role", "", func(n names) []iam.Request {
		return try(n.roles(), "sts:AssumeRole", append(n.roles(), "arn:aws:iam::111122223333:role/another"))
	}},
	{"No role may change who may do what with a resource, or what runs", "", func(n names) []iam.Request {
		return slices.Concat(
			try(
				n.roles(),
				"s3:PutBucketPolicy s3:DeleteBucketPolicy s3:PutBucketPublicAccessBlock s3:PutLifecycleConfiguration s3:PutBucketVersioning s3:DeleteBucket",
				[]string{n.arn("StorageBucket")},
			),
			try(n.roles(), "s3:PutObjectAcl", n.objects("output/a")),
			try(n.roles(), "sns:SetTopicAttributes sns:DeleteTopic", []string{n.arn("NotificationsTopic")}),
			try(n.roles(), "sqs:SetQueueAttributes sqs:PurgeQueue sqs:ReceiveMessage", []string{n.arn("WatchUndelivered")}),
			try(
				n.roles(),
				"lambda:AddPermission lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration",
				[]string{n.arn("CollectFunction")},
			),
			try(
				n.roles(),
				"batch:RegisterJobDefinition batch:UpdateJobQueue",
				[]string{n.arn("JobDefinition"), n.arn("Queue")},
			),
		)
	}},
	{"A role is taken by its own service alone", "", func(n names) []iam.Request {
		services := map[string]string{
			"WorkflowRole":     "states",
			"JobRole":          "ecs-tasks",
			"JobExecutionRole": "ecs-tasks",
			"PreprocessRole":   "lambda",
			"CollectRole":      "lambda",
		}
		var requests []iam.Request
		for role, own := range services {
			for _, service := range []string{"states", "ecs-tasks", "lambda", "ec2", "vpc-flow-logs"} {
				if service != own {
					requests = append(
						requests,
						try(
							[]string{service + ".amazonaws.com", "arn:aws:iam::111122223333:root", ""},
							"sts:AssumeRole",
							[]string{n.arn(role)},
							"aws:SourceAccount",
							template.Account,
							"aws:SourceArn",
							n.arn("WorkflowStateMachine"),
						)...)
				}
			}
		}
		return requests
	}},
	{"The state machine's and the job's role are taken for this account alone", "", func(n names) []iam.Request {
		elsewhere := strings.NewReplacer(template.Account, "444455556666")
		task := template.ARN("ecs", "task/cluster/1")
		return slices.Concat(
			try([]string{"states.amazonaws.com"}, "sts:AssumeRole", []string{n.arn("WorkflowRole")}),
			try(
				[]string{"states.amazonaws.com"},
				"sts:AssumeRole",
				[]string{n.arn("WorkflowRole")},
				"aws:SourceAccount",
				"444455556666",
				"aws:SourceArn",
				elsewhere.Replace(n.arn("WorkflowStateMachine")),
			),
			try(
				[]string{"states.amazonaws.com"},
				"sts:AssumeRole",
				[]string{n.arn("WorkflowRole")},
				"aws:SourceAccount",
				template.Account,
				"aws:SourceArn",
				template.ARN("states", "activity:another"),
			),
			try([]string{"ecs-tasks.amazonaws.com"}, "sts:AssumeRole", []string{n.arn("JobRole")}),
			try(
				[]string{"ecs-tasks.amazonaws.com"},
				"sts:AssumeRole",
				[]string{n.arn("JobRole")},
				"aws:SourceAccount",
				"444455556666",
				"aws:SourceArn",
				elsewhere.Replace(task),
			),
			try(
				[]string{"ecs-tasks.amazonaws.com"},
				"sts:AssumeRole",
				[]string{n.arn("JobRole")},
				"aws:SourceAccount",
				template.Account,
				"aws:SourceArn",
				elsewhere.Replace(task),
			),
		)
	}},
	{
		"What starts the job may not pull another image, nor push one, nor write another log",
		"",
		func(n names) []iam.Request {
			execution := []string{n.arn("JobExecutionRole")}
			return slices.Concat(
				try(execution, "ecr:BatchGetImage ecr:GetDownloadUrlForLayer", []string{template.ARN("ecr", "repository/another")}),
				try(
					execution,
					"ecr:PutImage ecr:InitiateLayerUpload ecr:BatchDeleteImage",
					[]string{template.ARN("ecr", "repository/cdk-hnb659fds-container-assets-111122223333-eu-north-1")},
				),
				try(
					execution,
					"logs:CreateLogStream logs:PutLogEvents",
					[]string{strings.TrimSuffix(n.arn("CollectLogs"), "*") + "log-stream:s"},
				),
			)
		},
	},
	{"Nobody may write another's log, and nobody may read or delete one", "", func(n names) []iam.Request {
		job, collect := strings.TrimSuffix(
			n.arn("JobLogs"),
			"*",
		)+"log-stream:s", strings.TrimSuffix(
			n.arn("CollectLogs"),
			"*",
		)+"log-stream:s"
		return slices.Concat(
			try(less(n.roles(), n.arn("JobExecutionRole")), "logs:PutLogEvents", []string{job}),
			try(less(n.roles(), n.arn("CollectRole")), "logs:PutLogEvents", []string{collect}),
			try(
				n.roles(),
				"logs:GetLogEvents logs:DeleteLogStream logs:DeleteLogGroup logs:PutRetentionPolicy",
				[]string{job, collect},
			),
		)
	}},
	{"Who has no credentials may do nothing", "", func(n names) []iam.Request {
		return append(
			try([]string{""}, "s3:GetObject s3:PutObject", n.objects("input/a", "output/a")),
			try(
				[]string{""},
				"s3:ListBucket sns:Publish sqs:SendMessage",
				[]string{n.arn("StorageBucket"), n.arn("NotificationsTopic"), n.arn("WatchUndelivered")},
				"s3:prefix",
				"input/",
			)...)
	}},
	{"Not even who may everything may come without TLS", "", func(n names) []iam.Request {
		plain := []string{"aws:SecureTransport", "false", "s3:prefix", "input/", "aws:SourceArn", n.arn("WatchUnreportedEnd")}
		buckets := []string{n.arn("StorageBucket")}
		for _, other := range []string{"StorageAccessLogs", "StorageInventories"} {
			if n.has(other) {
				buckets = append(buckets, n.arn(other))
			}
		}
		var requests []iam.Request
		for _, bucket := range buckets {
			requests = slices.Concat(
				requests,
				try([]string{administrator, n.arn("JobRole")}, "s3:ListBucket", []string{bucket}, plain...),
				try(
					[]string{administrator, n.arn("JobRole")},
					"s3:GetObject s3:PutObject",
					[]string{bucket + "/input/a", bucket + "/output/a"},
					plain...),
			)
		}
		return slices.Concat(
			requests,
			try(
				[]string{administrator, n.arn("WorkflowRole"), "events.amazonaws.com"},
				"sns:Publish",
				[]string{n.arn("NotificationsTopic")},
				plain...),
			try(
				[]string{administrator, "events.amazonaws.com"},
				"sqs:SendMessage sqs:ReceiveMessage",
				[]string{n.arn("WatchUndelivered")},
				plain...),
		)
	}},
	{"No event but those of the two rules reaches the topic or the queue", "", func(n names) []iam.Request {
		events := []string{"events.amazonaws.com"}
		topic, queue := []string{n.arn("NotificationsTopic")}, []string{n.arn("WatchUndelivered")}
		rule := []string{"aws:SourceArn", template.ARN("events", "rule/another"), "aws:SourceAccount", template.Account}
		return slices.Concat(
			try(events, "sns:Publish", topic),
			try(events, "sns:Publish", topic, rule...),
			try(events, "sqs:SendMessage", queue),
			try(events, "sqs:SendMessage", queue, rule...),
			try(events, "sqs:ReceiveMessage", queue, "aws:SourceArn", n.arn("WatchUnreportedEnd")),
		)
	}},
	{"No alarm of another account reaches the topic", "", func(n names) []iam.Request {
		alarms, topic := []string{"cloudwatch.amazonaws.com"}, []string{n.arn("NotificationsTopic")}
		foreign := "arn:aws:cloudwatch:eu-north-1:444455556666:alarm:a"
		return slices.Concat(
			try(alarms, "sns:Publish", topic),
			try(alarms, "sns:Publish", topic, "aws:SourceArn", foreign, "aws:SourceAccount", "444455556666"),
			try(alarms, "sns:Publish", topic, "aws:SourceArn", foreign, "aws:SourceAccount", template.Account),
			try(
				alarms,
				"sns:Publish",
				topic,
				"aws:SourceArn",
				template.ARN("cloudwatch", "alarm:a"),
				"aws:SourceAccount",
				"444455556666",
			),
		)
	}},
	{"A role uses the key by way of its own service alone", "Key", func(n names) []iam.Request {
		key := []string{n.arn("Key")}
		const use = "kms:Decrypt kms:GenerateDataKey"
		programs, workflow := []string{
			n.arn("JobRole"),
			n.arn("PreprocessRole"),
			n.arn("CollectRole"),
		}, []string{
			n.arn("WorkflowRole"),
		}
		s3, sns := []string{
			"kms:ViaService",
			"s3.eu-north-1.amazonaws.com",
		}, []string{
			"kms:ViaService",
			"sns.eu-north-1.amazonaws.com",
		}
		return slices.Concat(
			try(n.roles(), use, key),
			try(programs, use, key, sns...),
			try(workflow, use, key, s3...),
			try([]string{n.arn("JobExecutionRole")}, use, key, s3...),
		)
	}},
	{"No role may change the key, and no stranger may use it", "Key", func(n names) []iam.Request {
		key := []string{n.arn("Key")}
		return slices.Concat(
			try(
				n.roles(),
				"kms:PutKeyPolicy kms:ScheduleKeyDeletion kms:DisableKey kms:CreateGrant",
				key,
				"kms:ViaService",
				"s3.eu-north-1.amazonaws.com",
			),
			try(
				[]string{"", "arn:aws:iam::444455556666:root", "arn:aws:iam::444455556666:role/r", "s3.amazonaws.com"},
				"kms:Decrypt kms:GenerateDataKey",
				key,
			),
			try(
				[]string{"logs.eu-north-1.amazonaws.com"},
				"kms:Decrypt",
				key,
				"kms:EncryptionContext:aws:logs:arn",
				"arn:aws:logs:eu-north-1:444455556666:log-group:g",
			),
		)
	}},
	{
		"Nobody may read, list or delete the log of accesses, or write into it",
		"StorageAccessLogs",
		func(n names) []iam.Request {
			bucket := []string{n.arn("StorageAccessLogs")}
			object := []string{bucket[0] + "/log"}
			everybody := append(n.roles(), "", "logging.s3.amazonaws.com")
			return slices.Concat(
				try(everybody, "s3:GetObject "+anyDelete, object),
				try(everybody, "s3:ListBucket", bucket, "s3:prefix", ""),
				try(n.roles(), anyWrite, object),
				try(
					[]string{"logging.s3.amazonaws.com"},
					"s3:PutObject",
					object,
					"aws:SourceArn",
					another,
					"aws:SourceAccount",
					template.Account,
				),
				try(
					[]string{"logging.s3.amazonaws.com"},
					"s3:PutObject",
					object,
					"aws:SourceArn",
					n.arn("StorageBucket"),
					"aws:SourceAccount",
					"444455556666",
				),
				try(
					[]string{"logging.s3.amazonaws.com"},
					"s3:PutObject",
					object,
					"aws:SourceArn",
					n.arn("StorageBucket"),
					"aws:SourceAccount",
					template.Account,
					"aws:SecureTransport",
					"false",
				),
			)
		},
	},
	{
		"Nobody but the function that plans may read or list inventories, and nobody may write or delete them",
		"StorageInventories",
		func(n names) []iam.Request {
			bucket := []string{n.arn("StorageInventories")}
			object := []string{bucket[0] + "/files/input/data/1.csv.gz"}
			others := append(less(n.roles(), n.arn("PreprocessRole")), "", "s3.amazonaws.com")
			return slices.Concat(
				try(others, "s3:GetObject", object),
				try(others, "s3:ListBucket", bucket),
				try(n.roles(), anyWrite+" "+anyDelete, object),
			)
		},
	},
	{
		"Amazon S3 writes inventories of the pipeline's own bucket alone, and nothing but inventories",
		"StorageInventories",
		func(n names) []iam.Request {
			s3 := []string{"s3.amazonaws.com"}
			object := []string{n.arn("StorageInventories") + "/files/input/data/1.csv.gz"}
			own := []string{"aws:SourceArn", n.arn("StorageBucket"), "aws:SourceAccount", template.Account}
			return slices.Concat(
				try(s3, anyWrite, object),
				try(s3, "s3:PutObject", object, "aws:SourceArn", another, "aws:SourceAccount", template.Account),
				try(s3, "s3:PutObject", object, "aws:SourceArn", n.arn("StorageBucket"), "aws:SourceAccount", "444455556666"),
				try(
					s3,
					"s3:PutObject",
					n.objects("input/a", "runs/r/report.json"),
					own...),
				try(s3, "s3:GetObject "+anyDelete, object, own...),
				try(s3, "s3:PutObject", object, append(own, "aws:SecureTransport", "false")...),
			)
		},
	},
	{"Amazon S3 encrypts with the key for this account alone, and decrypts nothing", "Key", func(n names) []iam.Request {
		s3, key := []string{"s3.amazonaws.com"}, []string{n.arn("Key")}
		return slices.Concat(
			try(s3, "kms:GenerateDataKey", key, "aws:SourceArn", another, "aws:SourceAccount", "444455556666"),
			try(s3, "kms:GenerateDataKey", key, "aws:SourceAccount", template.Account),
			try(s3, "kms:Decrypt", key, "aws:SourceArn", n.arn("StorageBucket"), "aws:SourceAccount", template.Account),
		)
	}},
	{"The functions' own code may not touch the network", "CollectRoleFunctionNetworkPolicy", func(n names) []iam.Request {
		var requests []iam.Request
		for role, function := range map[string]string{"PreprocessRole": "PreprocessFunction", "CollectRole": "CollectFunction"} {
			requests = append(
				requests,
				try(
					[]string{n.arn(role)},
					network,
					[]string{template.ARN("ec2", "network-interface/1"), template.ARN("ec2", "subnet/1"), "*"},
					"lambda:SourceFunctionArn",
					n.arn(function),
				)...)
		}
		return requests
	}},
	{
		"What logs the network's flow may write no other log, and is taken for this account alone",
		"NetworkFlowLogsRole",
		func(n names) []iam.Request {
			flow := []string{"vpc-flow-logs.amazonaws.com"}
			role := []string{n.arn("NetworkFlowLogsRole")}
			return slices.Concat(
				try(
					role,
					"logs:CreateLogStream logs:PutLogEvents",
					[]string{strings.TrimSuffix(n.arn("JobLogs"), "*") + "log-stream:s"},
				),
				try(flow, "sts:AssumeRole", role),
				try(
					flow,
					"sts:AssumeRole",
					role,
					"aws:SourceAccount",
					"444455556666",
					"aws:SourceArn",
					"arn:aws:ec2:eu-north-1:444455556666:vpc-flow-log/1",
				),
			)
		},
	},
}

// violations are those of a sentence's requests that the policies allow.
func violations(requests []iam.Request, policies iam.Policies) (allowed []iam.Request) {
	policies = append(slices.Clone(policies), allow(administrator, "*", "*"))
	return slices.DeleteFunc(requests, func(r iam.Request) bool { return policies.Check(r) != nil })
}

// broken are the sentences that do not hold under the policies.
func broken(t *testing.T, s stack, policies iam.Policies) []string {
	t.Helper()
	n := names{t, s}
	var found []string
	for _, test := range sentences {
		if n.has(test.about) && len(violations(test.requests(n), policies)) > 0 {
			found = append(found, test.sentence)
		}
	}
	return found
}

func TestWhatNobodyMay(t *testing.T) {
	held := 0
	for _, test := range sentences {
		t.Run(test.sentence, func(t *testing.T) {
			tried := 0
			for _, s := range []stack{dev, prod} {
				n := names{t, s}
				if !n.has(test.about) {
					continue
				}
				requests := test.requests(n)
				tried += len(requests)
				for _, r := range violations(requests, policiesOf(t, s)) {
					t.Errorf("in %s %s may %s on %s %v", s.template.Stack, r.Principal, r.Action, r.Resource, r.Context)
				}
			}
			if tried == 0 {
				t.Error("nothing was tried")
			}
			if !t.Failed() {
				held++
			}
		})
	}
	proof.Row(t, "held", "sentences about what nobody may do", len(sentences), held)
}

// The endpoint is a second gate: it holds even for a role that may everything.
func TestTheNetworkReachesNoOtherBucketAndNoOtherAccountReachesThisOne(t *testing.T) {
	const foreign = "arn:aws:iam::444455556666:role/r"
	for _, s := range []stack{dev, prod} {
		n := names{t, s}
		policies := policiesOf(t, s)
		for _, role := range []string{n.arn("JobRole"), foreign} {
			policies = append(policies, allow(role, "*", "*"))
		}
		for principal, resources := range map[string][]string{n.arn("JobRole"): {another + "/a", another}, foreign: append(n.objects("input/a"), n.arn("StorageBucket"))} {
			for _, r := range try([]string{principal}, "s3:GetObject s3:PutObject s3:ListBucket", resources) {
				r.Endpoint = "s3"
				if policies.Check(r) == nil {
					t.Errorf("in %s %s may %s on %s through the endpoint", s.template.Stack, principal, r.Action, r.Resource)
				}
			}
		}
	}
}

// allow is a policy that allows a role the actions on the resources.
func allow(role, actions string, resources ...string) iam.Policy {
	return iam.Policy{ID: "Planted", Kind: iam.OfRole, To: []string{role}, Statements: []iam.Statement{
		{Sid: "Planted", Effect: iam.Allow, Action: strings.Fields(actions), Resource: resources},
	}}
}
