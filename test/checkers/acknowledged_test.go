package checkers

// acknowledgement is a rule that is broken on purpose, where, and the reason. Each place
// must be found, so that a list never outlives what it excuses.
type acknowledgement struct {
	Finding string
	// On are the places, as [finding] has them.
	On     []string
	Reason string
}

// knownToServerless is a rule that no other pack has.
const knownToServerless = "SQSRedrivePolicy"

// inProd is what an auditor of prod has to accept. All of it holds for dev too.
var inProd = []acknowledgement{
	{
		Finding: "AwsSolutions-IAM5",
		On: []string{
			"Preprocess/Role/PreprocessPolicy Resource::<StorageBucket.Arn>/input/*",
			"Preprocess/Role/PreprocessPolicy Resource::<StorageBucket.Arn>/runs/*",
			"Preprocess/Role/PreprocessPolicy Resource::<StorageBucket.Arn>/lists/*",
			"Preprocess/Role/PreprocessPolicy Resource::<StorageBucket.Arn>/runs/*/manifest.*",
			"Preprocess/Role/PreprocessPolicy Resource::<StorageInventories.Arn>/*",
			"Job/Role/JobPolicy Resource::<StorageBucket.Arn>/input/*",
			"Job/Role/JobPolicy Resource::<StorageBucket.Arn>/output/*",
			"Job/Role/JobPolicy Resource::<StorageBucket.Arn>/runs/*/manifest.*",
			"Job/Role/JobPolicy Resource::<StorageBucket.Arn>/runs/*/results/*.jsonl",
			"Job/Role/JobPolicy Resource::<StorageBucket.Arn>/runs/*/results/*/*.jsonl",
			"Collect/Role/CollectPolicy Resource::<StorageBucket.Arn>/output/*",
			"Collect/Role/CollectPolicy Resource::<StorageBucket.Arn>/runs/*",
			"Collect/Role/CollectPolicy Resource::<StorageBucket.Arn>/runs/*/failed.jsonl",
			"Collect/Role/CollectPolicy Resource::<StorageBucket.Arn>/runs/*/report.json",
		},
		Reason: "An object's ARN is not known before the object is there. Each wildcard stays below a prefix of the " +
			"pipeline's own bucket, and no two roles may write to the same keys.",
	},
	{
		Finding: "AwsSolutions-IAM5",
		On: []string{
			"Preprocess/Role/FunctionPolicy Resource::*",
			"Preprocess/Role/FunctionNetworkPolicy Resource::*",
			"Job/ExecutionRole/ExecutionPolicy Resource::*",
			"Collect/Role/FunctionPolicy Resource::*",
			"Collect/Role/FunctionNetworkPolicy Resource::*",
			"Workflow/Role/BatchJobWithLambdaAccessPolicy Resource::*",
			"Workflow/Role/EndOverdueJobsPolicy Resource::*",
			"Workflow/Role/ObserveExecutionsPolicy Resource::*",
		},
		Reason: "These actions do not support resource-level permissions: to trace, to deliver logs, to list and to describe jobs, to " +
			"describe networks, to log in to a registry. Another test lists each statement, so that none is added unseen.",
	},
	{
		Finding: "AwsSolutions-IAM5",
		On: []string{
			"Workflow/Role/BatchJobWithLambdaAccessPolicy Resource::arn:<AWS::Partition>:batch:<AWS::Region>:<AWS::AccountId>:job/*",
			"Workflow/Role/BatchJobWithLambdaAccessPolicy " +
				"Resource::arn:<AWS::Partition>:batch:<AWS::Region>:<AWS::AccountId>:<JobDefinition>:*",
			"Preprocess/Role/FunctionNetworkPolicy Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:*/*",
			"Collect/Role/FunctionNetworkPolicy Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:*/*",
		},
		Reason: "The ARN of a job or of a network interface is not known before there is one, nor the revision of the job " +
			"definition that a running execution began with. Jobs are narrowed to those with the pipeline's tag, revisions to " +
			"those of its definition; a Deny keeps the functions' own code from the interfaces.",
	},
	{
		Finding: "LambdaConcurrency",
		On:      []string{"Preprocess/Function", "Collect/Function"},
		Reason: "What is reserved is taken from everything else in the account, which may have 10 in all. Who has enough " +
			"sets Security.FunctionConcurrency.",
	},
	{
		Finding: "LambdaDLQ",
		On:      []string{"Preprocess/Function", "Collect/Function"},
		Reason: "A function's dead-letter queue takes asynchronous invocations only. The state machine invokes these two " +
			"synchronously, and retries, catches and tells of their errors itself: a queue would be a permission that nothing uses.",
	},
	{
		Finding: "S3BucketReplicationEnabled",
		On:      []string{"Storage/Bucket", "Storage/Inventories", "Storage/AccessLogs"},
		Reason: "S3 keeps every object in several zones of the region. Whether a copy may leave the region is for the owner of " +
			"the data to decide; outputs can be made again from the inputs.",
	},
	{
		Finding: "S3BucketDefaultLockEnabled",
		On:      []string{"Storage/Bucket", "Storage/AccessLogs", "Storage/Inventories"},
		Reason: "Old versions are kept for 30 days and no role of the pipeline may delete, so what was overwritten can be had " +
			"back. A lock cannot be taken back: how long data must stay is for its owner to decide. S3 delivers no access log " +
			"to a bucket with Object Lock, and makes inventories again and again.",
	},
	{
		Finding: "S3DefaultEncryptionKMS",
		On:      []string{"Storage/AccessLogs"},
		Reason:  "S3 delivers no access log to a bucket that is encrypted with a KMS key by default. S3's own encryption is on.",
	},
	{
		Finding: "VPCDefaultSecurityGroupClosed",
		On:      []string{"Network/Vpc"},
		Reason: "CloudFormation cannot close it: it takes a function that may change security groups. Nothing is in the default " +
			"group, because everything in this network names its own.",
	},
	{
		Finding: "AwsSolutions-SQS3",
		On:      []string{"Watch/Undelivered"},
		Reason: "It is a dead-letter queue itself, of the rules of EventBridge, which cdk-nag does not look at. A message waits " +
			"there for 14 days, and in prod an alarm tells of the first.",
	},
	{
		Finding: knownToServerless,
		On:      []string{"Watch/Undelivered"},
		Reason:  "It is what AwsSolutions-SQS3 says, by the name that the Serverless pack has for it.",
	},
	{
		Finding: "CloudWatchAlarmAction",
		On: []string{
			"Alarms/ExecutionsFailed",
			"Alarms/ExecutionsTimedOut",
			"Alarms/PreprocessErrors",
			"Alarms/CollectErrors",
		},
		Reason: "The run itself, or a rule, has told the topic of these by then, and nobody is to be told twice. They are the " +
			"lights of the dashboard; the alarms that nothing else tells of do have an action.",
	},
}

// onlyInDev is what prod hardens and dev does not.
var onlyInDev = []acknowledgement{
	{
		Finding: "CloudWatchLogGroupEncrypted",
		On:      []string{"Preprocess/Logs", "Job/Logs", "Collect/Logs", "Workflow/Logs"},
		Reason:  ownKeys,
	},
	{
		Finding: "SNSEncryptedKMS",
		On:      []string{"Notifications/Topic"},
		Reason:  "EventBridge can publish to a topic encrypted with a customer key, which costs by the month, but not with SNS's own.",
	},
	{Finding: "S3DefaultEncryptionKMS", On: []string{"Storage/Bucket"}, Reason: ownKeys},
	{Finding: "AwsSolutions-S1", On: []string{"Storage/Bucket"}, Reason: auditLogs},
	{Finding: "S3BucketLoggingEnabled", On: []string{"Storage/Bucket"}, Reason: auditLogs},
	{Finding: "AwsSolutions-VPC7", On: []string{"Network/Vpc"}, Reason: auditLogs},
	{Finding: "VPCFlowLogsEnabled", On: []string{"Network/Vpc"}, Reason: auditLogs},
	{
		Finding: "S3BucketVersioningEnabled",
		On:      []string{"Storage/Bucket"},
		Reason:  "What is tried out in dev goes with the stack, and can be put there again.",
	},
	{
		Finding: "LambdaInsideVPC",
		On:      []string{"Preprocess/Function", "Collect/Function"},
		Reason:  "In a network with no endpoints that cost by the hour a function would reach nothing; outside it reaches S3, by TLS and its own role.",
	},
	{
		Finding: "VPCNoUnrestrictedRouteToIGW",
		On:      []string{"Network/Vpc/JobsSubnet1/DefaultRoute", "Network/Vpc/JobsSubnet2/DefaultRoute"},
		Reason:  "Endpoints cost by the hour, an internet gateway does not. Nothing gets in: the security group has no rule for it.",
	},
}

// Reasons that several findings of dev have.
const (
	ownKeys   = "A customer key costs by the month; AWS's own keys encrypt."
	auditLogs = "Nobody audits dev, and its logs of every request and connection would cost more than its runs."
)

// onlyInOtherKinds is what other kinds of networks and of machines have besides.
var onlyInOtherKinds = []acknowledgement{
	{
		Finding: "AwsSolutions-SQS3",
		On:      []string{"Starts/Missed"},
		Reason: "It is a dead-letter queue itself, of the schedules, which cdk-nag does not look at. A message waits " +
			"there for 14 days, and an alarm tells of the first.",
	},
	{
		Finding: knownToServerless,
		On:      []string{"Starts/Missed", "Arrivals/Unread"},
		Reason:  "Both are dead-letter queues themselves: of the schedules, and of the queue of arrivals.",
	},
	{
		Finding: "LambdaInsideVPC",
		On:      []string{"Preprocess/Function", "Collect/Function"},
		Reason: "A function gets no public address, so in a network whose way out is one it would reach nothing; " +
			"outside it reaches S3, by TLS and its own role.",
	},
	{
		Finding: "VPCNoUnrestrictedRouteToIGW",
		On: []string{
			"Network/Vpc/JobsSubnet1/DefaultRoute", "Network/Vpc/JobsSubnet2/DefaultRoute",
			"Network/NatVpc/GatewaysSubnet1/DefaultRoute", "Network/NatVpc/GatewaysSubnet2/DefaultRoute",
		},
		Reason: "It is the way out that this kind of network is chosen for. Nothing gets in: no security group " +
			"has a rule for it, and beside NAT gateways nothing is in their subnets.",
	},
	{
		Finding: "VPCDefaultSecurityGroupClosed",
		On:      []string{"Network/NatVpc"},
		Reason:  "It is what it is in prod: CloudFormation cannot close it, and nothing is in it.",
	},
	{
		Finding: "AwsSolutions-IAM5",
		On: []string{
			"ComputeInstances/Role/InstancePolicy Resource::arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:cluster/*",
			"ComputeInstances/Role/InstancePolicy Resource::arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:container-instance/*",
		},
		Reason: "AWS Batch makes the cluster when it makes the compute environment, and names it and its " +
			"instances itself.",
	},
	{
		Finding: "AwsSolutions-IAM5",
		On:      []string{"ComputeInstances/Role/InstancePolicy Resource::*"},
		Reason:  "To ask where to ask for work does not support resource-level permissions.",
	},
}
