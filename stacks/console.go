package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/batch/people"
)

// Console is where the pages of the AWS console are, in the region and partition of the stack.
type Console struct {
	// Host is regional, and its domain the partition's.
	Host string
}

// NewConsole returns the console's host, for each partition that the stack may be deployed to.
// In another, CloudFormation refuses the template before it creates anything.
func NewConsole(scope constructs.Construct, id string) *Console {
	mapping := map[string]*map[string]any{}
	for partition, domain := range people.ConsoleDomains() {
		mapping[partition] = &map[string]any{"domain": domain}
	}
	domains := awscdk.NewCfnMapping(scope, &id, &awscdk.CfnMappingProps{Mapping: &mapping})
	domain := domains.FindInMap(awscdk.Aws_PARTITION(), jsii.String("domain"), nil)
	return &Console{Host: "https://" + *awscdk.Aws_REGION() + "." + *domain}
}
