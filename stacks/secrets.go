package stacks

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/network"
)

// secretServices are what a network without a route out needs endpoints for, if a job has secrets.
func secretServices(secrets policies.Secrets) []network.Service {
	var services []network.Service
	if policy := policies.SecretsEndpointPolicy(secrets); policy != nil {
		services = append(services, network.Service{ID: "SecretsManager", Name: "secretsmanager", Policy: policy})
	}
	if policy := policies.ParametersEndpointPolicy(secrets); policy != nil {
		services = append(services, network.Service{ID: "ParameterStore", Name: "ssm", Policy: policy})
	}
	return services
}

// addSecrets has the container get the values of the secrets, given by the names of the command's
// variables. The CDK's own way grants more to the role than it has to.
func addSecrets(definition awsbatch.EcsJobDefinition, secrets map[string]string) {
	var list []map[string]any
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		list = append(list, map[string]any{"Name": contract.SecretPrefix + name, "ValueFrom": secrets[name]})
	}
	if len(list) > 0 {
		resource := definition.Node().DefaultChild().(awscdk.CfnResource)
		resource.AddPropertyOverride(jsii.String("ContainerProperties.Secrets"), list)
	}
}
