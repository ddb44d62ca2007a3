package policies

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
)

// What it takes to read a secret of each service.
var (
	readSecret    = []string{"secretsmanager:GetSecretValue"}
	readParameter = []string{"ssm:GetParameters"}
)

// Secrets are the ARNs of what holds the values of a command's secrets.
type Secrets []string

// inSecretsManager are the ARNs of whole secrets: one in a job definition may go on with the key,
// stage and version of a value.
func (s Secrets) inSecretsManager() []string {
	const parts = 7 // arn, partition, service, region, account, "secret", name.
	var arns []string
	for _, arn := range s {
		if fields := strings.Split(arn, ":"); fields[2] == "secretsmanager" {
			arns = append(arns, strings.Join(fields[:parts], ":"))
		}
	}
	return once(arns)
}

func (s Secrets) inParameterStore() []string {
	var arns []string
	for _, arn := range s {
		if strings.Split(arn, ":")[2] == "ssm" {
			arns = append(arns, arn)
		}
	}
	return once(arns)
}

// read lets a role read the secrets, and decrypt them if they have a key of their own: any key of
// their accounts, but only for these secrets ("Secret encryption and decryption in AWS Secrets
// Manager", AWS Secrets Manager User Guide; "How AWS Systems Manager Parameter Store uses AWS KMS",
// AWS KMS Developer Guide).
func (s Secrets) read() []awsiam.PolicyStatement {
	var statements []awsiam.PolicyStatement
	if arns := s.inSecretsManager(); len(arns) > 0 {
		statements = append(statements, allow("ReadSecrets", readSecret, arns),
			decryptFor("DecryptSecrets", "SecretARN", arns))
	}
	if arns := s.inParameterStore(); len(arns) > 0 {
		statements = append(statements, allow("ReadParameters", readParameter, arns),
			decryptFor("DecryptParameters", "PARAMETER_ARN", arns))
	}
	return statements
}

// decryptFor allows to decrypt only what the context of the encryption says is one of the ARNs.
func decryptFor(sid, context string, arns []string) awsiam.PolicyStatement {
	var keys []string
	for _, arn := range arns {
		fields := strings.Split(arn, ":")
		keys = append(keys, strings.Join([]string{"arn", fields[1], "kms", fields[3], fields[4], "key/*"}, ":"))
	}
	return allowIf(sid, []string{"kms:Decrypt"}, once(keys), conditions{
		"StringEquals": map[string]any{"kms:EncryptionContext:" + context: arns},
	})
}

// SecretsEndpointPolicy lets this account's principals read the secrets through an endpoint of
// AWS Secrets Manager; nil if none of them is there.
func SecretsEndpointPolicy(secrets Secrets) awsiam.PolicyStatement {
	return readThroughEndpoint(readSecret, secrets.inSecretsManager())
}

// ParametersEndpointPolicy lets this account's principals read the secrets through an endpoint of
// AWS Systems Manager; nil if none of them is there.
func ParametersEndpointPolicy(secrets Secrets) awsiam.PolicyStatement {
	return readThroughEndpoint(readParameter, secrets.inParameterStore())
}

func readThroughEndpoint(actions, arns []string) awsiam.PolicyStatement {
	if len(arns) == 0 {
		return nil
	}
	return throughEndpoint("ReadSecrets", actions, arns, ownAccount())
}
