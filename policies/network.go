package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
)

// BucketEndpointPolicy lets the network reach the pipeline's bucket and the inventories of
// it, and the bucket from which ECR serves the layers of an image ("Amazon ECR interface
// VPC endpoints", Amazon ECR User Guide), and no other.
func BucketEndpointPolicy(data Data) []awsiam.PolicyStatement {
	layers := "arn:" + *awscdk.Aws_PARTITION() + ":s3:::prod-" + *awscdk.Aws_REGION() + "-starport-layer-bucket/*"
	statements := []awsiam.PolicyStatement{
		throughEndpoint("ListData", []string{"s3:ListBucket"}, []string{*data.Bucket.BucketArn()}, ownAccount()),
		throughEndpoint(
			"ReachData",
			[]string{"s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"},
			data.objects("*"),
			ownAccount(),
		),
		// ECR signs these requests itself, so they do not come from this account.
		throughEndpoint("ReachImageLayers", []string{"s3:GetObject"}, []string{layers}, nil),
	}
	if data.Inventories != nil {
		statements = append(
			statements,
			throughEndpoint("ListInventories", []string{"s3:ListBucket"}, []string{*data.Inventories.BucketArn()}, ownAccount()),
			throughEndpoint(
				"ReadInventories",
				[]string{"s3:GetObject"},
				[]string{*data.Inventories.ArnForObjects(jsii.String("*"))},
				ownAccount(),
			),
		)
	}
	return statements
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
