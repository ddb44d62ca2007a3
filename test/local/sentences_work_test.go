package main

import (
	"slices"
	"strings"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/template"
)

// workSentences are about jobs, functions, executions and messages.
var workSentences = []sentence{
	{"Only the state machine may submit and terminate jobs", "", func(n names) []iam.Request {
		others := less(n.roles(), n.arn("WorkflowRole"))
		return append(
			try(
				others,
				"batch:SubmitJob batch:TagResource",
				[]string{n.arn("Queue"), n.arn("JobDefinition")},
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
		"The state machine may not start another's definition, or in another's queue",
		"",
		func(n names) []iam.Request {
			definition := strings.TrimSuffix(n.arn("JobDefinition"), ":2")
			return try(
				[]string{n.arn("WorkflowRole")},
				"batch:SubmitJob batch:TagResource",
				[]string{
					definition,
					definition + "2:1",
					definition[:len(definition)-1] + ":1",
					template.ARN("batch", "job-definition/another:1"),
					template.ARN("batch", "job-queue/another"),
				},
			)
		},
	},
	{"The state machine may not terminate another's job, nor tag a job that runs", "", func(n names) []iam.Request {
		workflow, job := []string{n.arn("WorkflowRole")}, []string{template.ARN("batch", "job/1")}
		return slices.Concat(
			try(workflow, "batch:TerminateJob", job),
			try(workflow, "batch:TerminateJob", job, "aws:ResourceTag/pipeline", "another"),
			try(workflow, "batch:CancelJob", job, "aws:ResourceTag/pipeline", n.s.template.Stack),
			try(workflow, "batch:TagResource", job),
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
}
