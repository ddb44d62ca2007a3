package main

import (
	"slices"

	"batchjobwithlambda/test/account/iam"
)

// dataSentences are about the objects of a pipeline.
var dataSentences = []sentence{
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
			try(job, "s3:ListBucket", bucket, "s3:prefix", "runs/r/"),
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
	{"The job may not touch what one run leaves for the next: the lock, and what it measured", "", func(n names) []iam.Request {
		return try(
			[]string{n.arn("JobRole"), n.arn("WorkflowRole"), n.arn("JobExecutionRole")},
			"s3:GetObject "+anyWrite,
			n.objects("runs/lock.json", "runs/measured.json"),
		)
	}},
	{"The function that plans may not read outputs", "", func(n names) []iam.Request {
		return try([]string{n.arn("PreprocessRole")}, "s3:GetObject", n.objects("output/a"))
	}},
	{"The function that collects may not see inputs", "", func(n names) []iam.Request {
		collect, bucket := []string{n.arn("CollectRole")}, []string{n.arn("StorageBucket")}
		return slices.Concat(
			try(collect, "s3:GetObject", n.objects("input/a")),
			try(collect, "s3:ListBucket", bucket, "s3:prefix", "input/"),
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
}
