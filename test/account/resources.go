package account

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"batchjobwithlambda/test/template"
)

// The types of the resources that run here.
const (
	typeBucket       = "AWS::S3::Bucket"
	typeFunction     = "AWS::Lambda::Function"
	typeDefinition   = "AWS::Batch::JobDefinition"
	typeQueue        = "AWS::Batch::JobQueue"
	typeTopic        = "AWS::SNS::Topic"
	typeStateMachine = "AWS::StepFunctions::StateMachine"
)

// immaterial are the types without which the programs run here just the same.
var immaterial = []string{
	// Who may do what, which is read by itself; see iam.Read.
	"AWS::IAM::ManagedPolicy",
	"AWS::IAM::Role",
	"AWS::KMS::Key",
	"AWS::S3::BucketPolicy",
	"AWS::SNS::TopicPolicy",
	"AWS::SQS::QueuePolicy",
	// Where the programs run: on this machine.
	"AWS::Batch::ComputeEnvironment",
	"AWS::EC2::InternetGateway",
	"AWS::EC2::Route",
	"AWS::EC2::RouteTable",
	"AWS::EC2::SecurityGroup",
	"AWS::EC2::SecurityGroupIngress",
	"AWS::EC2::Subnet",
	"AWS::EC2::SubnetRouteTableAssociation",
	"AWS::EC2::VPC",
	"AWS::EC2::VPCEndpoint",
	"AWS::EC2::VPCGatewayAttachment",
	// Who is told: whoever reads the terminal.
	"AWS::SNS::Subscription",
	// What watches: whoever looks at the terminal.
	"AWS::CloudWatch::Alarm",
	"AWS::CloudWatch::Dashboard",
	"AWS::EC2::FlowLog",
	"AWS::Events::Rule",
	"AWS::Logs::LogGroup",
	"AWS::SQS::Queue",
}

// checkTypes returns an error for each resource that would be missing here.
func checkTypes(t *template.Template) error {
	runs := []string{typeBucket, typeFunction, typeDefinition, typeQueue, typeTopic, typeStateMachine}
	var problems []error
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if name := t.Resources[id].Type; !slices.Contains(runs, name) && !slices.Contains(immaterial, name) {
			problems = append(problems, fmt.Errorf("%s: resources of type %q are not supported by the local run", id, name))
		}
	}
	return errors.Join(problems...)
}

// The properties of the resources, as far as they make a difference here.
type (
	bucket struct {
		// The bucket that takes the log of another is no part of the workflow.
		LoggingConfiguration struct{ DestinationBucketName string }
		// See [Account.TakeInventory].
		InventoryConfigurations []struct {
			Destination struct{ BucketArn, BucketAccountId, Format string }

			Enabled, Id, IncludedObjectVersions, OptionalFields, Prefix, ScheduleFrequency template.Ignored
		}
		BucketEncryption struct {
			ServerSideEncryptionConfiguration []struct {
				BucketKeyEnabled              bool
				ServerSideEncryptionByDefault struct{ SSEAlgorithm, KMSMasterKeyID string }
			}
		}

		LifecycleConfiguration, OwnershipControls, PublicAccessBlockConfiguration, Tags,
		VersioningConfiguration template.Ignored
	}
	function struct {
		Handler     string
		Environment struct{ Variables map[string]string }
		MemorySize  int
		Timeout     int
		Role        string
		// LoggingConfig has the name of the log's group.
		LoggingConfig struct{ LogGroup string }

		Architectures, Code, Description, EphemeralStorage, ReservedConcurrentExecutions, Runtime, Tags, TracingConfig,
		VpcConfig template.Ignored
	}
	queue struct {
		ComputeEnvironmentOrder, JobStateTimeLimitActions, Priority, State, Tags template.Ignored
	}
	topic struct {
		// KmsMasterKeyId is the ARN of the key that encrypts its messages, or empty.
		KmsMasterKeyId string

		DisplayName, Tags template.Ignored
	}
	stateMachine struct {
		DefinitionString string
		RoleArn          string

		LoggingConfiguration, StateMachineType, Tags, TracingConfiguration template.Ignored
	}
)

// key is the ARN of the key that encrypts the bucket's objects, or empty.
func (b bucket) key() string {
	for _, rule := range b.BucketEncryption.ServerSideEncryptionConfiguration {
		return rule.ServerSideEncryptionByDefault.KMSMasterKeyID
	}
	return ""
}

// decodeAll decodes the resources of a type, by their ARNs.
func decodeAll[T any](t *template.Template, name string) (map[string]T, error) {
	resources := map[string]T{}
	var problems []error
	for _, id := range t.OfType(name) {
		var properties T
		arn, err := t.ARN(id)
		if err == nil {
			err = t.Decode(id, &properties)
		}
		problems = append(problems, err)
		resources[arn] = properties
	}
	return resources, errors.Join(problems...)
}

// takesLogs reports whether another bucket sends its access log to this one.
func takesLogs(buckets map[string]bucket, arn string) bool {
	for _, b := range buckets {
		if destination := b.LoggingConfiguration.DestinationBucketName; destination != "" &&
			strings.HasSuffix(arn, ":"+destination) {
			return true
		}
	}
	return false
}

// one returns the only resource of a type, and its ARN.
func one[T any](name string, resources map[string]T) (arn string, properties T, err error) {
	if len(resources) != 1 {
		return "", properties, fmt.Errorf(
			"the stack has %d resources of type %s: the local run supports exactly one",
			len(resources),
			name,
		)
	}
	for arn, properties = range resources {
	}
	return arn, properties, nil
}
