package checkers

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"batchjobwithlambda/test/proof"
)

type properties = map[string]any

// mutants are faults of prod, each with the finding that it must be caught by.
var mutants = []struct {
	name   string
	at     string
	change func(properties)
	want   finding
}{
	{
		"the bucket takes requests without TLS", "Storage/Bucket/Policy", withoutStatement("DenyWithoutTLS"),
		finding{"AwsSolutions", "AwsSolutions-S10", "Storage/Bucket"},
	},
	{
		"the queue takes requests without TLS", "Watch/Undelivered/Policy", withoutStatement("DenyWithoutTLS"),
		finding{"AwsSolutions", "AwsSolutions-SQS4", "Watch/Undelivered"},
	},
	{
		"the topic is not encrypted",
		"Notifications/Topic",
		without("KmsMasterKeyId"),
		finding{"NIST.800.53.R5", "SNSEncryptedKMS", "Notifications/Topic"},
	},
	{
		"the job may do all of an action",
		"Job/Role/JobPolicy",
		func(p properties) { statements(p)[0].(properties)["Action"] = "s3:*" },
		finding{"AwsSolutions", "AwsSolutions-IAM5", "Job/Role/JobPolicy Action::s3:*"},
	},
	{
		"the job may read every object",
		"Job/Role/JobPolicy",
		func(p properties) { statements(p)[1].(properties)["Resource"] = "*" },
		finding{"AwsSolutions", "AwsSolutions-IAM5", "Job/Role/JobPolicy Resource::*"},
	},
	{
		"a role has a policy of AWS's",
		"Collect/Role/Role",
		set("ManagedPolicyArns", []any{"arn:aws:iam::aws:policy/ReadOnlyAccess"}),
		finding{"AwsSolutions", "AwsSolutions-IAM4", "Collect/Role/Role Policy::arn:aws:iam::aws:policy/ReadOnlyAccess"},
	},
	{
		"everybody may connect to the endpoints",
		"Network/Endpoints",
		set("SecurityGroupIngress", []any{properties{"CidrIp": "0.0.0.0/0", "IpProtocol": "-1"}}),
		finding{"AwsSolutions", "AwsSolutions-EC23", "Network/Endpoints"},
	},
	{
		"the key is not rotated",
		"Key",
		set("EnableKeyRotation", false),
		finding{"NIST.800.53.R5", "KMSBackingKeyRotationEnabled", "Key"},
	},
	{
		"a log is not encrypted by the key",
		"Job/Logs",
		without("KmsKeyId"),
		finding{"HIPAA.Security", "CloudWatchLogGroupEncrypted", "Job/Logs"},
	},
	{
		"a log is kept for ever",
		"Job/Logs",
		without("RetentionInDays"),
		finding{"NIST.800.53.R4", "CloudWatchLogGroupRetentionPeriod", "Job/Logs"},
	},
	{
		"the bucket may be made public",
		"Storage/Bucket",
		set("PublicAccessBlockConfiguration", properties{"BlockPublicAcls": true}),
		finding{"PCI.DSS.321", "S3BucketLevelPublicAccessProhibited", "Storage/Bucket"},
	},
	{
		"the bucket keeps no versions",
		"Storage/Bucket",
		without("VersioningConfiguration"),
		finding{"HIPAA.Security", "S3BucketVersioningEnabled", "Storage/Bucket"},
	},
	{
		"the bucket is not encrypted by the key",
		"Storage/Bucket",
		without("BucketEncryption"),
		finding{"NIST.800.53.R5", "S3DefaultEncryptionKMS", "Storage/Bucket"},
	},
	{
		"nobody logs who touched the bucket",
		"Storage/Bucket",
		without("LoggingConfiguration"),
		finding{"NIST.800.53.R4", "S3BucketLoggingEnabled", "Storage/Bucket"},
	},
	{
		"the flow log is another network's",
		"Network/FlowLog",
		set("ResourceId", "vpc-0123456789abcdef0"),
		finding{"PCI.DSS.321", "VPCFlowLogsEnabled", "Network/Vpc"},
	},
	{
		"a function is outside the network",
		"Preprocess/Function",
		without("VpcConfig"),
		finding{"PCI.DSS.321", "LambdaInsideVPC", "Preprocess/Function"},
	},
	{
		"a function is not traced",
		"Preprocess/Function",
		without("TracingConfig"),
		finding{"Serverless", "LambdaTracing", "Preprocess/Function"},
	},
	{
		"the state machine is not traced",
		"Workflow/StateMachine",
		without("TracingConfiguration"),
		finding{"Serverless", "StepFunctionStateMachineXray", "Workflow/StateMachine"},
	},
	{
		"an alarm is silent",
		"Watch/UndeliveredMessages",
		without("AlarmActions"),
		finding{"NIST.800.53.R5", "CloudWatchAlarmAction", "Watch/UndeliveredMessages"},
	},
}

func TestAFaultOfProdIsCaught(t *testing.T) {
	folder := t.TempDir()
	paths := []string{templates["prod"]}
	for i, m := range mutants {
		paths = append(paths, mutate(t, filepath.Join(folder, fmt.Sprintf("%d.json", i)), m.at, m.change))
	}
	packs, found := inTemplates(t, paths...)
	caught := 0
	caughtBy := map[string]bool{}
	for i, m := range mutants {
		switch {
		case slices.Contains(found[templates["prod"]], m.want):
			t.Errorf("%s: prod has %v already", m.name, m.want)
		case !slices.Contains(found[paths[i+1]], m.want):
			t.Errorf("%s: %v is not found", m.name, m.want)
		default:
			caught++
			caughtBy[m.want.Pack] = true
		}
	}
	for _, pack := range packs {
		if !caughtBy[pack] {
			t.Errorf("no fault is caught by %s", pack)
		}
	}
	proof.Row(t, "planted", "resources that break a rule of cdk-nag", len(mutants), caught)
}

// mutate writes prod's template with the properties of one resource changed, and returns
// the path.
func mutate(t *testing.T, path, at string, change func(properties)) string {
	t.Helper()
	var template map[string]any
	readJSON(t, templates["prod"], &template)
	for id, resource := range template["Resources"].(map[string]any) {
		resource := resource.(map[string]any)
		if newFinding("", resource["Metadata"].(map[string]any)["aws:cdk:path"].(string)).Place != at {
			continue
		}
		before := fmt.Sprint(resource["Properties"])
		change(resource["Properties"].(properties))
		if fmt.Sprint(resource["Properties"]) == before {
			t.Fatalf("%s is not changed", id)
		}
		write(t, path, template)
		return path
	}
	t.Fatalf("prod has no %s", at)
	return ""
}

func set(name string, value any) func(properties) { return func(p properties) { p[name] = value } }

func without(name string) func(properties) { return func(p properties) { delete(p, name) } }

func withoutStatement(sid string) func(properties) {
	return func(p properties) {
		p["PolicyDocument"].(properties)["Statement"] = slices.DeleteFunc(
			statements(p),
			func(s any) bool { return s.(properties)["Sid"] == sid },
		)
	}
}

func statements(p properties) []any { return p["PolicyDocument"].(properties)["Statement"].([]any) }
