package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
)

// KeyPolicy is the policy of the key that encrypts the data of an environment, with more
// statements for what only some environments have. In it, "*" is the key itself.
func KeyPolicy(more ...awsiam.PolicyStatement) awsiam.PolicyDocument {
	statements := []awsiam.PolicyStatement{
		// Without this the policies of roles could grant nothing on the key, and nobody
		// could change it ("Default key policy", AWS KMS Developer Guide).
		onKey("LetAccountUseAndAdminister", awsiam.NewAccountRootPrincipal(), append(keyAdministration(), useData...), nil),
		// "Encrypt log data in CloudWatch Logs using AWS KMS", Amazon CloudWatch Logs User Guide. Of
		// the services here, only this one has another name in other partitions.
		onKey(
			"EncryptLogs",
			awsiam.NewServicePrincipal(jsii.String("logs."+*awscdk.Aws_REGION()+"."+*awscdk.Aws_URL_SUFFIX()), nil),
			[]string{
				"kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey",
			},
			conditions{"ArnLike": map[string]any{"kms:EncryptionContext:aws:logs:arn": arn("logs", "log-group:*")}},
		),
		// Whoever publishes to an encrypted topic needs its key, and so EventBridge and
		// CloudWatch do ("Securing Amazon SNS data with server-side encryption", Amazon
		// SNS Developer Guide). EventBridge also needs it for the dead-letter queue.
		onKey("PublishEvents", awsiam.NewServicePrincipal(jsii.String("events.amazonaws.com"), nil), useData, nil),
		onKey("PublishAlarms", awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil), useData, nil),
	}
	return document(append(statements, more...)...)
}

func keyAdministration() []string {
	return []string{
		"kms:DescribeKey", "kms:GetKeyPolicy", "kms:PutKeyPolicy", "kms:UpdateKeyDescription",
		"kms:EnableKey", "kms:DisableKey", "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion",
		"kms:GetKeyRotationStatus", "kms:EnableKeyRotation", "kms:DisableKeyRotation",
		"kms:ListResourceTags", "kms:TagResource", "kms:UntagResource",
	}
}

func onKey(sid string, principal awsiam.IPrincipal, actions []string, when conditions) awsiam.PolicyStatement {
	statement := allowIf(sid, actions, anyResource, when)
	statement.AddPrincipals(principal)
	return statement
}

// useKey lets a role use the keys by way of a service, and not by itself; without a key
// there is nothing to allow.
func useKey(sid string, way conditions, actions []string, keys ...string) []awsiam.PolicyStatement {
	if len(keys) == 0 {
		return nil
	}
	return []awsiam.PolicyStatement{allowIf(sid, actions, keys, way)}
}

// byWayOf holds for a request that a service makes in the name of its caller, in one of the regions,
// or in that of the stack if none is given.
func byWayOf(service string, regions ...string) conditions {
	if len(regions) == 0 {
		regions = []string{*awscdk.Aws_REGION()}
	}
	names := make([]string, 0, len(regions))
	for _, region := range regions {
		names = append(names, service+"."+region+"."+*awscdk.Aws_URL_SUFFIX())
	}
	return conditions{"StringEquals": map[string]any{"kms:ViaService": oneOrMany(names)}}
}

// oneOrMany is the value of a condition as AWS shows it.
func oneOrMany(values []string) any {
	if len(values) == 1 {
		return values[0]
	}
	return values
}
