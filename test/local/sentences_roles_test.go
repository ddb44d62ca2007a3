package main

import (
	"slices"
	"strings"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/template"
)

// roleSentences are about roles, and about what changes who may do what.
var roleSentences = []sentence{
	{"No role may change IAM, or hand a role on", "", func(n names) []iam.Request {
		return try(
			n.roles(),
			"iam:PassRole iam:CreateRole iam:PutRolePolicy iam:AttachRolePolicy iam:UpdateAssumeRolePolicy iam:CreatePolicyVersion iam:CreateUser iam:CreateAccessKey",
			append(n.roles(), n.arn("JobRoleJobPolicy"), anotherRole),
		)
	}},
	{"No role may take a role", "", func(n names) []iam.Request {
		return try(n.roles(), "sts:AssumeRole", append(n.roles(), anotherRole))
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
}
