package main

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	alarmtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	keytypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	functiontypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	quotatypes "github.com/aws/aws-sdk-go-v2/service/servicequotas/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	topictypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

const (
	imageManifest = `{"schemaVersion": 2, "config": {"digest": "sha256:1"}, "layers": []}`
	groups        = `<securityGroupInfo><item><groupId>sg-1</groupId><vpcId>vpc-1</vpcId><ipPermissionsEgress>` +
		`<item><ipProtocol>tcp</ipProtocol><fromPort>443</fromPort><toPort>443</toPort></item></ipPermissionsEgress></item></securityGroupInfo>`
	// The answers of EC2 are those of its API Reference ("DescribeSubnets", "DescribeRouteTables" and
	// "DescribeVpcEndpoints"), with what is asked for.
	subnets = `<subnetSet><item><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId>` +
		`<availableIpAddressCount>251</availableIpAddressCount></item></subnetSet>`
	routes = `<routeTableSet><item><routeTableId>rtb-1</routeTableId><vpcId>vpc-1</vpcId><routeSet>` +
		`<item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId><state>active</state></item>` +
		`<item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><gatewayId>igw-1</gatewayId><state>active</state></item>` +
		`</routeSet><associationSet><item><routeTableId>rtb-1</routeTableId><subnetId>subnet-1</subnetId><main>false</main></item>` +
		`</associationSet></item></routeTableSet>`
	isolatedRoutes = `<routeTableSet><item><routeTableId>rtb-1</routeTableId><vpcId>vpc-1</vpcId><routeSet>` +
		`<item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId><state>active</state></item>` +
		`</routeSet><associationSet><item><routeTableId>rtb-1</routeTableId><main>true</main></item></associationSet>` +
		`</item></routeTableSet>`
)

// health is what is asked for by the doctor alone; troubles are planted in it.
type health struct {
	stack       cfntypes.Stack
	environment batchtypes.ComputeEnvironmentDetail
	queue       batchtypes.JobQueueDetail
	definition  batchtypes.JobDefinition
	quota       float64
	key         keytypes.KeyMetadata
	// manifest is that of the image, empty if there is none, and architecture is in its configuration.
	manifest, architecture string
	// subnets, routes and endpoints are what is inside the answers of EC2.
	subnets, routes, endpoints, groups string
	function                           lambda.GetFunctionConfigurationOutput
	reserved                           *int32
	unreserved                         int32
	// mayNot are the actions that IAM says roles may not do.
	mayNot map[string]iamtypes.EvaluationResult
	// bucketStatus is what S3 answers to HEAD, by the name of the bucket; 200 if it is not in it.
	bucketStatus            map[string]int
	bucketPolicy, ownership string
	// events is whether the buckets send theirs.
	events bool
	// first is the id of the job at the head of the queue, or empty.
	first         string
	subscriptions []topictypes.Subscription
	deadLetters   int
	// arrived is how many messages wait in the queue that is told what arrives.
	arrived int
	alarm   alarmtypes.MetricAlarm
	// metrics are the value of each day, by the metric's name.
	metrics map[string]float64
}

const stackARN = "arn:aws:cloudformation:eu-north-1:111122223333:stack/BatchJobWithLambda-dev/1"

// healthy is a stack with which nothing is wrong.
func healthy() health {
	return health{
		stack: cfntypes.Stack{
			StackName:        aws.String("BatchJobWithLambda-dev"),
			StackId:          aws.String(stackARN),
			CreationTime:     new(noon.AddDate(-1, 0, 0)),
			StackStatus:      cfntypes.StackStatusUpdateComplete,
			DriftInformation: &cfntypes.StackDriftInformation{StackDriftStatus: cfntypes.StackDriftStatusInSync},
		},
		environment: batchtypes.ComputeEnvironmentDetail{
			ComputeEnvironmentName: aws.String("spot"),
			ComputeEnvironmentArn:  aws.String("arn:spot"),
			State:                  batchtypes.CEStateEnabled,
			Status:                 batchtypes.CEStatusValid,
			ComputeResources: &batchtypes.ComputeResource{
				MaxvCpus: aws.Int32(16), Type: batchtypes.CRTypeFargateSpot, Subnets: []string{"subnet-1"},
				SecurityGroupIds: []string{"sg-1"},
			},
		},
		queue: batchtypes.JobQueueDetail{
			JobQueueName: aws.String("queue"),
			JobQueueArn:  aws.String("arn:aws:batch:eu-north-1:111122223333:job-queue/queue"),
			State:        batchtypes.JQStateEnabled,
			Status:       batchtypes.JQStatusValid,
			ComputeEnvironmentOrder: []batchtypes.ComputeEnvironmentOrder{
				{ComputeEnvironment: aws.String("arn:spot"), Order: aws.Int32(1)},
			},
		},
		definition:   healthyDefinition(),
		quota:        4000,
		key:          keytypes.KeyMetadata{KeyId: aws.String("key-1"), KeyState: keytypes.KeyStateEnabled},
		manifest:     imageManifest,
		architecture: "arm64",
		subnets:      subnets,
		routes:       routes,
		groups:       groups,
		events:       true,
		function: lambda.GetFunctionConfigurationOutput{
			State: functiontypes.StateActive, Role: aws.String("arn:aws:iam::111122223333:role/BatchJobWithLambda-dev-plan"),
			Environment: &functiontypes.EnvironmentResponse{Variables: map[string]string{"RUNS": "s3://files/runs/"}},
		},
		unreserved:   1000,
		mayNot:       map[string]iamtypes.EvaluationResult{},
		bucketStatus: map[string]int{},
		bucketPolicy: `{"Statement": [{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*",` +
			` "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}`,
		ownership: "BucketOwnerEnforced",
		subscriptions: []topictypes.Subscription{{
			TopicArn: aws.String(topicARN), SubscriptionArn: aws.String(topicARN + ":1"),
			Protocol: aws.String("email"), Endpoint: aws.String("ops@example.com"),
		}},
		alarm: alarmtypes.MetricAlarm{
			AlarmName: aws.String("BatchJobWithLambda-dev-alarm"), StateValue: alarmtypes.StateValueOk,
			AlarmDescription: aws.String("Messages wait"), StateReason: aws.String("1 datapoint"),
		},
	}
}

const topicARN = "arn:aws:sns:eu-north-1:111122223333:BatchJobWithLambda-dev-topic"

func healthyDefinition() batchtypes.JobDefinition {
	return batchtypes.JobDefinition{
		JobDefinitionName: aws.String("definition"), JobDefinitionArn: aws.String(definitionARN),
		Revision: aws.Int32(1), Type: aws.String("container"), Status: aws.String("ACTIVE"),
		ContainerProperties: &batchtypes.ContainerProperties{
			Image:            aws.String("111122223333.dkr.ecr.eu-north-1.amazonaws.com/images:tag"),
			JobRoleArn:       aws.String("arn:aws:iam::111122223333:role/BatchJobWithLambda-dev-job"),
			ExecutionRoleArn: aws.String("arn:aws:iam::111122223333:role/BatchJobWithLambda-dev-execution"),
			Environment: []batchtypes.KeyValuePair{
				{Name: aws.String("INPUT"), Value: aws.String("s3://files/input/")},
				{Name: aws.String("OUTPUT"), Value: aws.String("s3://files/output/")},
			},
			NetworkConfiguration: &batchtypes.NetworkConfiguration{AssignPublicIp: batchtypes.AssignPublicIpEnabled},
			ResourceRequirements: []batchtypes.ResourceRequirement{
				{Type: batchtypes.ResourceTypeVcpu, Value: aws.String("1")},
				{Type: batchtypes.ResourceTypeMemory, Value: aws.String("2048")},
			},
			RuntimePlatform: &batchtypes.RuntimePlatform{CpuArchitecture: aws.String("ARM64")},
		},
	}
}

// listStackResources lists one resource on each page.
func (f *fake) listStackResources(r map[string]any) (any, error) {
	resources := []struct{ kind, id string }{
		{"AWS::Batch::ComputeEnvironment", "arn:spot"},
		{"AWS::Batch::JobQueue", "arn:queue"},
		{"AWS::SQS::Queue", "https://sqs.eu-north-1.amazonaws.com/111122223333/BatchJobWithLambda-dev-dead"},
		{"AWS::SQS::Queue", arrivals},
		{"AWS::SNS::Topic", topicARN},
		{"AWS::KMS::Key", "key-1"},
		{"AWS::Lambda::Function", "BatchJobWithLambda-dev-plan"},
		{"AWS::CloudWatch::Alarm", "BatchJobWithLambda-dev-alarm"},
		{"AWS::CloudWatch::Dashboard", "Dashboard"},
		{"AWS::EC2::VPCEndpoint", "vpce-1"},
		{"AWS::EC2::VPCEndpoint", "vpce-2"},
		{"AWS::Logs::LogGroup", "/jobs"},
		{"AWS::S3::Bucket", bucket},
	}
	page := 0
	if token, ok := r["NextToken"].(string); ok {
		page, _ = strconv.Atoi(token)
	}
	output := cloudformation.ListStackResourcesOutput{StackResourceSummaries: []cfntypes.StackResourceSummary{{
		ResourceType:       &resources[page].kind,
		PhysicalResourceId: &resources[page].id,
	}}}
	if page+1 < len(resources) {
		output.NextToken = aws.String(strconv.Itoa(page + 1))
	}
	return output, nil
}

func (f *fake) describeComputeEnvironments(map[string]any) (any, error) {
	return batch.DescribeComputeEnvironmentsOutput{
		ComputeEnvironments: []batchtypes.ComputeEnvironmentDetail{f.environment},
	}, nil
}

func (f *fake) describeJobQueues(map[string]any) (any, error) {
	return batch.DescribeJobQueuesOutput{JobQueues: []batchtypes.JobQueueDetail{f.queue}}, nil
}

func (f *fake) describeJobDefinitions(map[string]any) (any, error) {
	return batch.DescribeJobDefinitionsOutput{JobDefinitions: []batchtypes.JobDefinition{f.definition}}, nil
}

func (f *fake) getJobQueueSnapshot(map[string]any) (any, error) {
	if f.first == "" {
		return batch.GetJobQueueSnapshotOutput{}, nil
	}
	return batch.GetJobQueueSnapshotOutput{FrontOfQueue: &batchtypes.FrontOfQueueDetail{
		Jobs: []batchtypes.FrontOfQueueJobSummary{{JobArn: aws.String("arn:aws:batch:eu-north-1:111122223333:job/" + f.first)}},
	}}, nil
}

func (f *fake) getServiceQuota(r map[string]any) (any, error) {
	return servicequotas.GetServiceQuotaOutput{
		Quota: &quotatypes.ServiceQuota{QuotaCode: aws.String(r["QuotaCode"].(string)), Value: &f.quota},
	}, nil
}

func (f *fake) describeKey(map[string]any) (any, error) {
	return kms.DescribeKeyOutput{KeyMetadata: &f.key}, nil
}

func (f *fake) batchGetImage(map[string]any) (any, error) {
	if f.manifest == "" {
		return ecr.BatchGetImageOutput{Failures: []ecrtypes.ImageFailure{{FailureCode: ecrtypes.ImageFailureCodeImageNotFound}}}, nil
	}
	return ecr.BatchGetImageOutput{Images: []ecrtypes.Image{{ImageManifest: &f.manifest}}}, nil
}

func (f *fake) getDownloadURLForLayer(map[string]any) (any, error) {
	return ecr.GetDownloadUrlForLayerOutput{DownloadUrl: aws.String(f.url + "/image-config")}, nil
}

func (f *fake) describeSubnets(map[string]any) (any, error)      { return f.subnets, nil }
func (f *fake) describeRouteTables(map[string]any) (any, error)  { return f.routes, nil }
func (f *fake) describeVpcEndpoints(map[string]any) (any, error) { return f.endpoints, nil }

func (f *fake) describeSecurityGroups(map[string]any) (any, error) { return f.groups, nil }

func (f *fake) getFunctionConfiguration(map[string]any) (any, error) { return f.function, nil }

func (f *fake) getFunctionConcurrency(map[string]any) (any, error) {
	return lambda.GetFunctionConcurrencyOutput{ReservedConcurrentExecutions: f.reserved}, nil
}

func (f *fake) getAccountSettings(map[string]any) (any, error) {
	return lambda.GetAccountSettingsOutput{
		AccountLimit: &functiontypes.AccountLimit{UnreservedConcurrentExecutions: &f.unreserved},
	}, nil
}

func (f *fake) describeStateMachine(map[string]any) (any, error) {
	return sfn.DescribeStateMachineOutput{
		StateMachineArn: aws.String(machine), RoleArn: aws.String("arn:aws:iam::111122223333:role/BatchJobWithLambda-dev-workflow"),
	}, nil
}

func (f *fake) simulatePrincipalPolicy(r map[string]any) (any, error) {
	action, _ := r["ActionNames.member.1"].(string)
	result, ok := f.mayNot[action]
	if !ok {
		result.EvalDecision = iamtypes.PolicyEvaluationDecisionTypeAllowed
	}
	result.EvalActionName = &action
	return iam.SimulatePrincipalPolicyOutput{EvaluationResults: []iamtypes.EvaluationResult{result}}, nil
}

func (f *fake) listSubscriptionsByTopic(map[string]any) (any, error) {
	return sns.ListSubscriptionsByTopicOutput{Subscriptions: f.subscriptions}, nil
}

func (f *fake) getQueueAttributes(r map[string]any) (any, error) {
	if r["QueueUrl"] == arrivals {
		return sqs.GetQueueAttributesOutput{Attributes: map[string]string{
			"ApproximateNumberOfMessages": strconv.Itoa(f.arrived), "RedrivePolicy": `{"maxReceiveCount": 288}`,
		}}, nil
	}
	return sqs.GetQueueAttributesOutput{
		Attributes: map[string]string{"ApproximateNumberOfMessages": strconv.Itoa(f.deadLetters)},
	}, nil
}

// getMetricData has a value for each day until now, the same for all.
func (f *fake) getMetricData(r map[string]any) (any, error) {
	output := cloudwatch.GetMetricDataOutput{}
	for _, query := range r["MetricDataQueries"].([]any) {
		of := query.(map[string]any)
		metric := of["MetricStat"].(map[string]any)["Metric"].(map[string]any)
		result := alarmtypes.MetricDataResult{Id: aws.String(of["Id"].(string))}
		for range f.now.Day() {
			result.Values = append(result.Values, f.metrics[metric["MetricName"].(string)])
		}
		output.MetricDataResults = append(output.MetricDataResults, result)
	}
	return output, nil
}

func (f *fake) describeAlarms(map[string]any) (any, error) {
	return cloudwatch.DescribeAlarmsOutput{MetricAlarms: []alarmtypes.MetricAlarm{f.alarm}}, nil
}

// bucketCall answers a request about a bucket, and reports whether it was one.
func (f *fake) bucketCall(w http.ResponseWriter, r *http.Request) bool {
	query := r.URL.Query()
	switch {
	case r.URL.Path == "/image-config":
		fmt.Fprintf(w, `{"architecture": %q, "os": "linux"}`, f.architecture)
	case r.Method == http.MethodHead && bucketOf(r) != "":
		if status, ok := f.bucketStatus[bucketOf(r)]; ok {
			w.WriteHeader(status)
		}
	case query.Has("policy"):
		if f.bucketPolicy == "" {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, "<Error><Code>NoSuchBucketPolicy</Code></Error>")
			return true
		}
		fmt.Fprint(w, f.bucketPolicy)
	case query.Has("notification"):
		fmt.Fprint(w, "<NotificationConfiguration>")
		if f.events {
			fmt.Fprint(w, "<EventBridgeConfiguration></EventBridgeConfiguration>")
		}
		fmt.Fprint(w, "</NotificationConfiguration>")
	case query.Has("ownershipControls"):
		fmt.Fprintf(w, "<OwnershipControls><Rule><ObjectOwnership>%s</ObjectOwnership></Rule></OwnershipControls>", f.ownership)
	default:
		return false
	}
	return true
}
