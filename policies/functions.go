package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
)

// PreprocessPolicy lets the function that plans a run list what there is to do and
// write the plan.
func PreprocessPolicy(data Data) awsiam.PolicyDocument {
	statements := []awsiam.PolicyStatement{
		data.Input.list("ListInputs"),
		// Otherwise an earlier run that is not there would be a permission that is missing.
		data.Runs.list("ListRuns"),
		// To know the size of an object that is asked for by its key.
		data.Input.read("ReadInputs", "*"),
		data.Runs.read("ReadEarlierRuns", "*"),
		data.Lists.read("ReadLists", "*"),
		// Otherwise a list that is not there would be a permission that is missing.
		data.Lists.list("ListLists"),
		// To know which outputs of earlier runs are still there.
		data.Output.list("ListOutputs"),
		data.Runs.write("WritePlan", "*/manifest.*"),
		allow("TakeLock", []string{"s3:PutObject"}, data.Runs.objects("lock.json")),
	}
	read, written := []Location{data.Input}, []Location{data.Runs}
	if data.Source != nil {
		statements = append(statements,
			// To know whether a file is gone.
			data.Source.list("ListSource"),
			data.Source.read("ReadSource", "*"),
		)
		read = append(read, *data.Source)
	}
	if data.Arrivals != nil {
		statements = append(statements, readArrivals(data.Arrivals)...)
	}
	return document(append(statements, useKeys(read, written)...)...)
}

// CollectPolicy lets the function that adds up a run read the run's files and write
// the report. It cannot read what the run worked on. Of an output it reads only the metadata,
// which says whether a job made it before it died; IAM does not tell that from its content.
func CollectPolicy(data Data) awsiam.PolicyDocument {
	statements := []awsiam.PolicyStatement{
		data.Runs.list("ListRuns"),
		data.Runs.read("ReadRuns", "*"),
		// Otherwise an output that is not there would be one that is refused.
		data.Output.list("ListOutputs"),
		data.Output.read("ReadOutputs", "*"),
		allow("WriteReport", []string{"s3:PutObject"}, data.Runs.objects("*/report.json")),
		data.Runs.write("WriteFailures", "*/failed.jsonl"),
		allow("KeepMeasured", []string{"s3:PutObject"}, data.Runs.objects("measured.json")),
		data.Runs.write("KeepMade", "made.jsonl"),
		allow("ReleaseLock", []string{"s3:PutObject"}, data.Runs.objects("lock.json")),
	}
	statements = append(statements, data.writeLargePlan()...)
	// The metadata of an output is had without its key.
	return document(append(statements, useKeys(nil, []Location{data.Runs})...)...)
}

// FunctionPolicy lets a function log to its own group, and trace itself.
func FunctionPolicy(logs awslogs.ILogGroup) awsiam.PolicyDocument {
	return document(
		writeLogs(logs),
		// X-Ray does not support resource-level permissions.
		allow("TraceInvocations", []string{"xray:PutTraceSegments", "xray:PutTelemetryRecords"}, anyResource),
	)
}

// FunctionNetworkPolicy lets the Lambda service connect a function to the network.
// The service uses the function's role for it, so the second statement keeps the
// function's own code from doing the same ("Giving Lambda functions access to
// resources in an Amazon VPC", AWS Lambda Developer Guide).
func FunctionNetworkPolicy() awsiam.PolicyDocument {
	actions := []string{
		"ec2:CreateNetworkInterface",
		"ec2:DeleteNetworkInterface",
		"ec2:AssignPrivateIpAddresses",
		"ec2:UnassignPrivateIpAddresses",
	}
	// The describing actions do not support resource-level permissions.
	describe := []string{"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"}
	ownCode := awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:       jsii.String("DenyOwnCode"),
		Effect:    awsiam.Effect_DENY,
		Actions:   jsii.Strings(append(actions, describe...)...),
		Resources: jsii.Strings(anyResource...),
		Conditions: conditions{
			"ArnLike": map[string]any{"lambda:SourceFunctionArn": arn("lambda", "function:*")},
		}.props(),
	})
	return document(
		// The guide asks for every kind of EC2 resource: the service checks the role
		// before it knows which interface it is about.
		allow("ConnectToNetwork", actions, []string{arn("ec2", "*/*")}),
		allow("FindNetwork", describe, anyResource),
		ownCode,
	)
}

var writeToLogs = []string{"logs:CreateLogStream", "logs:PutLogEvents"}

func writeLogs(logs awslogs.ILogGroup) awsiam.PolicyStatement {
	return allow("WriteLogs", writeToLogs, []string{*logs.LogGroupArn()})
}
