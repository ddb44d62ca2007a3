package updates

import "maps"

// table is what is known of every type.
var table = join(services, network)

// services is from the schemas of CloudFormation of 2026-10-20, as cfn-lint 1.58.0 ships
// them: what is in a type's createOnlyProperties is replaced, everything else is updated
// in place. Where AWS's pages say more than the schema, a comment names the page.
var services = map[string]resourceType{
	// A Fargate environment takes other subnets, security groups and vCPUs without
	// interruption, and refuses another type, an update policy and everything else ("Update a
	// compute environment in AWS Batch"; "ReplaceComputeEnvironment is not applicable for
	// Fargate", AWS::Batch::ComputeEnvironment; the words of the refusal: aws-cdk#27054).
	"AWS::Batch::ComputeEnvironment": {
		//
		// One of EC2 is updated in place as long as it does not ask to be replaced: other instances take the
		// place of those that there are, whose jobs have six hours to end.
		cost: Cost{Running: "its jobs have to end first"},
		properties: map[string]Effect{
			"ComputeResources.AllocationStrategy":         InPlace,
			"ComputeResources.Ec2Configuration":           InPlace,
			"ComputeResources.InstanceRole":               InPlace,
			"ComputeResources.InstanceTypes":              InPlace,
			"ComputeResources.LaunchTemplate":             InPlace,
			"ComputeResources.MaxvCpus":                   InPlace,
			"ComputeResources.MinvCpus":                   InPlace,
			"ComputeResources.SecurityGroupIds":           InPlace,
			"ComputeResources.Subnets":                    InPlace,
			"ComputeResources.Type":                       Refused,
			"ComputeResources.UpdateToLatestImageVersion": InPlace,
			"ReplaceComputeEnvironment":                   InPlace,
			"State":                                       InPlace,
			"Type":                                        Replaced,
			"UpdatePolicy":                                InPlace,
		},
	},
	// Every update registers another revision. Runs keep the one that they were started with,
	// because ResourceRetentionPolicy lets it stay.
	"AWS::Batch::JobDefinition": {
		cost: Cost{Running: "runs that have not submitted their job yet fail"},
		properties: map[string]Effect{
			"ContainerProperties":     InPlace,
			"Parameters":              InPlace,
			"PlatformCapabilities":    InPlace,
			"PropagateTags":           InPlace,
			"ResourceRetentionPolicy": InPlace,
			"RetryStrategy":           InPlace,
			"Timeout":                 InPlace,
			"Type":                    InPlace,
		},
	},
	"AWS::Batch::JobQueue": {
		cost: Cost{Running: "jobs that wait in it are ended"},
		properties: map[string]Effect{
			"ComputeEnvironmentOrder":  InPlace,
			"JobStateTimeLimitActions": InPlace,
			"Priority":                 InPlace,
			"State":                    InPlace,
		},
	},
	"AWS::Budgets::Budget": {
		properties: map[string]Effect{
			"Budget":                       InPlace,
			"NotificationsWithSubscribers": Replaced,
		},
	},
	"AWS::CloudWatch::Alarm": {
		properties: map[string]Effect{
			"AlarmActions":       InPlace,
			"AlarmDescription":   InPlace,
			"ComparisonOperator": InPlace,
			"Dimensions":         InPlace,
			"EvaluationPeriods":  InPlace,
			"MetricName":         InPlace,
			"Namespace":          InPlace,
			"Period":             InPlace,
			"Statistic":          InPlace,
			"Tags":               InPlace,
			"Threshold":          InPlace,
			"TreatMissingData":   InPlace,
		},
	},
	"AWS::CloudWatch::Dashboard": {
		properties: map[string]Effect{"DashboardBody": InPlace, "Tags": InPlace},
	},
	"AWS::Events::Rule": {
		properties: map[string]Effect{
			"Description":  InPlace,
			"EventPattern": InPlace,
			"Tags":         InPlace,
			"Targets":      InPlace,
		},
	},
	// A policy is attached before the one that it replaces is detached.
	"AWS::IAM::InstanceProfile": {
		properties: map[string]Effect{"Roles": InPlace},
	},
	"AWS::IAM::ManagedPolicy": {
		properties: map[string]Effect{
			"Description":    Replaced,
			"Path":           Replaced,
			"PolicyDocument": InPlace,
		},
	},
	"AWS::IAM::Role": {
		cost: Cost{Running: "what works in its name is refused from then on"},
		properties: map[string]Effect{
			"AssumeRolePolicyDocument": InPlace,
			"Description":              InPlace,
			"ManagedPolicyArns":        InPlace,
			"PermissionsBoundary":      InPlace,
			"Tags":                     InPlace,
		},
	},
	"AWS::KMS::Key": {
		cost: Cost{Stored: "what it encrypted cannot be read once the key is gone"},
		properties: map[string]Effect{
			"Description":       InPlace,
			"EnableKeyRotation": InPlace,
			"KeyPolicy":         InPlace,
		},
	},
	"AWS::Lambda::Function": {
		cost: Cost{Running: "runs that have not invoked it yet fail"},
		properties: map[string]Effect{
			"Architectures":                InPlace,
			"Code":                         InPlace,
			"Description":                  InPlace,
			"Environment":                  InPlace,
			"EphemeralStorage":             InPlace,
			"Handler":                      InPlace,
			"LoggingConfig":                InPlace,
			"MemorySize":                   InPlace,
			"ReservedConcurrentExecutions": InPlace,
			"Role":                         InPlace,
			"Runtime":                      InPlace,
			"Tags":                         InPlace,
			"Timeout":                      InPlace,
			"TracingConfig":                InPlace,
			"VpcConfig":                    InPlace,
		},
	},
	"AWS::Logs::LogGroup": {
		cost: Cost{Stored: "the log so far"},
		properties: map[string]Effect{
			"KmsKeyId":        InPlace,
			"LogGroupName":    Replaced,
			"RetentionInDays": InPlace,
			"Tags":            InPlace,
		},
	},
	"AWS::S3::Bucket": {
		cost: Cost{Stored: "the objects in it"},
		properties: map[string]Effect{
			"BucketEncryption":               InPlace,
			"InventoryConfigurations":        InPlace,
			"LifecycleConfiguration":         InPlace,
			"LoggingConfiguration":           InPlace,
			"NotificationConfiguration":      InPlace,
			"OwnershipControls":              InPlace,
			"PublicAccessBlockConfiguration": InPlace,
			"Tags":                           InPlace,
			"VersioningConfiguration":        InPlace,
		},
	},
	"AWS::S3::BucketPolicy": {
		properties: map[string]Effect{"Bucket": Replaced, "PolicyDocument": InPlace},
	},
	"AWS::Scheduler::Schedule": {
		properties: map[string]Effect{
			"FlexibleTimeWindow":         InPlace,
			"GroupName":                  InPlace,
			"ScheduleExpression":         InPlace,
			"ScheduleExpressionTimezone": InPlace,
			"Target":                     InPlace,
		},
	},
	"AWS::Scheduler::ScheduleGroup": {
		properties: map[string]Effect{},
	},
	"AWS::SNS::Subscription": {
		cost: Cost{Stored: "the address has to confirm again"},
		properties: map[string]Effect{
			"Endpoint": Replaced,
			"Protocol": Replaced,
			"TopicArn": Replaced,
		},
	},
	"AWS::SNS::Topic": {
		cost:       Cost{Stored: "the subscriptions that were confirmed"},
		properties: map[string]Effect{"Tags": InPlace, "KmsMasterKeyId": InPlace},
	},
	"AWS::SNS::TopicPolicy": {
		properties: map[string]Effect{"PolicyDocument": InPlace, "Topics": InPlace},
	},
	"AWS::SQS::Queue": {
		cost: Cost{Stored: "the messages in it"},
		properties: map[string]Effect{
			"KmsMasterKeyId":         InPlace,
			"MessageRetentionPeriod": InPlace,
			"RedrivePolicy":          InPlace,
			"VisibilityTimeout":      InPlace,
			"SqsManagedSseEnabled":   InPlace,
			"Tags":                   InPlace,
		},
	},
	"AWS::SQS::QueuePolicy": {
		properties: map[string]Effect{"PolicyDocument": InPlace, "Queues": InPlace},
	},
	"AWS::StepFunctions::StateMachine": {
		// "On the next state transition, the state machine's executions are terminated"
		// (DeleteStateMachine).
		cost: Cost{Running: "runs end at their next state", Stored: "the history of executions"},
		properties: map[string]Effect{
			"DefinitionString":     InPlace,
			"LoggingConfiguration": InPlace,
			"RoleArn":              InPlace,
			"StateMachineType":     Replaced,
			"Tags":                 InPlace,
			"TracingConfiguration": InPlace,
		},
	},
}

func join(a, b map[string]resourceType) map[string]resourceType {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}
