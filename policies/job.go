package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
)

// JobPolicy lets a job read its plan and its objects, and write their outputs and
// its result. It cannot delete, and cannot touch another part of the bucket.
//
// A role cannot know for which run it was taken, so a job may as well read the plan and
// write the result of another run: a command that is not to be trusted can falsify the
// report of any run. It cannot do that for another pipeline, and what it can falsify is
// the work of the same command.
func JobPolicy(data Data) awsiam.PolicyDocument {
	return data.document(
		// Whether an object is gone, and which outputs are there already.
		data.list("ListInputsAndOutputs", data.Input, data.Output),
		allow("ReadPlan", []string{"s3:GetObject"}, data.objects(data.Runs+"*/manifest.*")),
		allow("ReadInputs", []string{"s3:GetObject"}, data.objects(data.Input+"*")),
		// Its metadata tells whether an output is up to date.
		allow("ReadOutputs", []string{"s3:GetObject"}, data.objects(data.Output+"*")),
		allow("WriteOutputs", []string{"s3:PutObject", "s3:AbortMultipartUpload"}, data.objects(data.Output+"*")),
		allow(
			"WriteResult",
			[]string{"s3:PutObject", "s3:AbortMultipartUpload"},
			data.objects(data.Runs+"*/results/*.jsonl"),
		),
	)
}

// What it takes to pull an image from Amazon ECR.
const logInToRegistry = "ecr:GetAuthorizationToken"

var pullImage = []string{"ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"}

// ExecutionPolicy lets Fargate pull the job's image and ship the job's log.
func ExecutionPolicy(images awsecr.IRepository, logs awslogs.ILogGroup) awsiam.PolicyDocument {
	return document(
		// GetAuthorizationToken does not support resource-level permissions.
		allow("LogInToRegistry", []string{logInToRegistry}, anyResource),
		allow("PullImage", pullImage, []string{*images.RepositoryArn()}),
		writeLogs(logs),
	)
}
