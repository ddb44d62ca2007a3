package policies

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
)

// BucketEndpointPolicy lets the network reach what the pipelines read and write, and the
// bucket from which ECR serves the layers of an image ("Amazon ECR interface VPC endpoints",
// Amazon ECR User Guide), and nothing else. What only functions read is left out unless they are in
// the network. Which of it a pipeline may reach is for its roles to say.
func BucketEndpointPolicy(functions bool, pipelines ...Data) []awsiam.PolicyStatement {
	var buckets, read, written, tagged []string
	for _, data := range pipelines {
		locations := []Location{data.Input, data.Output, data.Runs}
		if data.Files != nil {
			locations = append(locations, *data.Files)
		}
		if functions {
			locations = append(locations, data.Lists)
		}
		if functions && data.Source != nil {
			locations = append(locations, *data.Source)
		}
		for _, location := range locations {
			buckets = append(buckets, *location.Bucket.BucketArn())
			read = append(read, location.objects("*")...)
		}
		written = slices.Concat(written, data.Output.objects("*"), data.Runs.objects("*"))
		if data.Output.Tagged {
			tagged = append(tagged, data.Output.objects("*")...)
		}
	}
	layers := "arn:" + *awscdk.Aws_PARTITION() + ":s3:::prod-" + *awscdk.Aws_REGION() + "-starport-layer-bucket/*"
	statements := []awsiam.PolicyStatement{
		throughEndpoint("ListData", []string{"s3:ListBucket"}, once(buckets), ownAccount()),
		throughEndpoint("ReadData", readObjects, once(read), ownAccount()),
		throughEndpoint("WriteData", writeObjects, once(written), ownAccount()),
		// ECR signs these requests itself, so they do not come from this account.
		throughEndpoint("ReachImageLayers", readObjects, []string{layers}, nil),
	}
	if len(tagged) > 0 {
		statements = append(statements, throughEndpoint("TagData", tagObjects, once(tagged), ownAccount()))
	}
	return statements
}

// once leaves out what the list has already.
func once(list []string) []string {
	var all []string
	for _, value := range list {
		if !slices.Contains(all, value) {
			all = append(all, value)
		}
	}
	return all
}

// ImagesEndpointPolicy lets this account's principals pull images through an endpoint of
// Amazon ECR. Which of them may, and which images, is for their own policies to say.
func ImagesEndpointPolicy() awsiam.PolicyStatement {
	return throughEndpoint("ReachService", append([]string{logInToRegistry}, pullImage...), anyResource, ownAccount())
}

// LogsEndpointPolicy lets this account's principals write to logs through an endpoint of
// CloudWatch Logs. Which of them may, and which logs, is for their own policies to say.
func LogsEndpointPolicy() awsiam.PolicyStatement {
	return throughEndpoint("ReachService", writeToLogs, anyResource, ownAccount())
}

func ownAccount() conditions {
	return conditions{"StringEquals": map[string]any{"aws:PrincipalAccount": *awscdk.Aws_ACCOUNT_ID()}}
}

func throughEndpoint(sid string, actions, resources []string, when conditions) awsiam.PolicyStatement {
	statement := allowIf(sid, actions, resources, when)
	statement.AddPrincipals(awsiam.NewAnyPrincipal())
	return statement
}

// FlowLogsPolicy lets a network's flow log write to its group.
func FlowLogsPolicy(logs awslogs.ILogGroup) awsiam.PolicyDocument {
	return document(allow("WriteFlowLogs",
		[]string{"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"}, []string{*logs.LogGroupArn()}))
}
