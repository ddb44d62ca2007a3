package network

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// imagePrefixes are what the names of Amazon ECR's endpoints begin with, by partition: AWS's
// domain, written backwards ("Amazon ECR interface VPC endpoints", Amazon ECR User Guide). Those
// of other services begin alike everywhere.
var imagePrefixes = map[string]string{
	"aws":        "com.amazonaws",
	"aws-cn":     "cn.com.amazonaws",
	"aws-eusc":   "eu.amazonaws",
	"aws-us-gov": "com.amazonaws",
}

// endpointNames has the names of the endpoints of AWS services in the region and partition
// that the stack is deployed to, which the CDK has only where the region is known.
type endpointNames struct{ prefixes awscdk.CfnMapping }

func newEndpointNames(scope constructs.Construct) endpointNames {
	mapping := map[string]*map[string]any{}
	for partition, prefix := range imagePrefixes {
		mapping[partition] = &map[string]any{"prefix": prefix}
	}
	return endpointNames{
		awscdk.NewCfnMapping(scope, jsii.String("ImageEndpoints"), &awscdk.CfnMappingProps{Mapping: &mapping}),
	}
}

func (n endpointNames) of(service Service) *string {
	prefix := jsii.String("com.amazonaws")
	if service.ByPartition {
		prefix = n.prefixes.FindInMap(awscdk.Aws_PARTITION(), jsii.String("prefix"), nil)
	}
	return jsii.String(*prefix + "." + *awscdk.Aws_REGION() + "." + service.Name)
}
