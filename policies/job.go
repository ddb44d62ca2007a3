package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
)

// JobPolicy lets a job read its plan and its objects, and write their outputs and its
// results. It cannot delete, and cannot touch anything else.
//
// A role does not tell runs apart, so a job may as well read the plan and write the result
// of another run: a command that is not to be trusted can falsify the report of any run of
// its pipeline. It cannot do that for another pipeline, and what it can falsify is the work
// of the same command.
func JobPolicy(data Data) awsiam.PolicyDocument {
	statements := []awsiam.PolicyStatement{
		// Whether an object is gone.
		data.Input.list("ListInputs"),
		// Which outputs are there already.
		data.Output.list("ListOutputs"),
		data.Runs.read("ReadPlan", "*/manifest.*"),
		// What an earlier attempt has done.
		data.Runs.listMatching("ListResults", "*/results/*"),
		data.Runs.read("ReadResults", "*/results/*/*.jsonl"),
		data.Input.read("ReadInputs", "*"),
		// Its metadata tells whether an output is up to date.
		data.Output.read("ReadOutputs", "*"),
		data.Output.write("WriteOutputs", "*"),
		data.Runs.write("WriteResults", "*/results/*.jsonl"),
	}
	if data.Files != nil {
		statements = append(statements, data.Files.list("ListFiles"), data.Files.read("ReadFiles", "*"))
	}
	statements = append(statements, data.readLargePlan()...)
	read, written := []Location{data.Input}, []Location{data.Output, data.Runs}
	return document(append(statements, useKeys(read, written)...)...)
}

// What it takes to pull an image from Amazon ECR.
const logInToRegistry = "ecr:GetAuthorizationToken"

var pullImage = []string{"ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"}

// ExecutionPolicy lets Fargate pull the job's image, read the command's secrets and ship the job's
// log.
func ExecutionPolicy(images awsecr.IRepository, logs awslogs.ILogGroup, secrets Secrets) awsiam.PolicyDocument {
	return document(append(secrets.read(),
		// GetAuthorizationToken does not support resource-level permissions.
		allow("LogInToRegistry", []string{logInToRegistry}, anyResource),
		allow("PullImage", pullImage, []string{*images.RepositoryArn()}),
		writeLogs(logs),
	)...)
}
