package main

import (
	"slices"
	"strings"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/template"
)

// auditSentences are about what only some environments have: a key, inventories, logs of requests.
var auditSentences = []sentence{
	{"A role uses the key by way of its own service alone", "Key", func(n names) []iam.Request {
		key := []string{n.arn("Key")}
		const use = "kms:Decrypt kms:GenerateDataKey"
		programs, workflow := []string{n.arn("JobRole"), n.arn("PreprocessRole"), n.arn("CollectRole")}, []string{
			n.arn("WorkflowRole"),
		}
		s3, sns := []string{"kms:ViaService", "s3.eu-north-1.amazonaws.com"}, []string{
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
