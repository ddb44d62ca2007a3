package main

import (
	"slices"
	"strings"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/template"
)

// serviceSentences are about what comes from outside of the pipeline: services of AWS, other accounts, strangers.
var serviceSentences = []sentence{
	{"Nobody may write another's log, and nobody may read or delete one", "", func(n names) []iam.Request {
		job, collect := strings.TrimSuffix(n.arn("JobLogs"), "*")+"log-stream:s", strings.TrimSuffix(
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
}
