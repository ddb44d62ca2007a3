package limits

import (
	"encoding/json"
	"slices"
	"strings"
)

// computeEnvironment is what is checked of an AWS::Batch::ComputeEnvironment.
type computeEnvironment struct {
	ComputeResources struct {
		Type               string
		AllocationStrategy string
		InstanceTypes      []string
		SecurityGroupIds   []any
		Subnets            []any
		Ec2Configuration   []struct{ ImageType string }
	}
	ReplaceComputeEnvironment json.RawMessage
	ServiceRole               json.RawMessage
	UpdatePolicy              json.RawMessage
}

func (e computeEnvironment) onFargate() bool {
	return strings.HasPrefix(e.ComputeResources.Type, "FARGATE")
}

func (c *checker) computeEnvironment(r resource) {
	var environment computeEnvironment
	if !c.decode(r, &environment) {
		return
	}
	resources := environment.ComputeResources
	c.require(
		len(resources.Subnets) >= 1 && len(resources.Subnets) <= MaxSubnets,
		"%d subnets: allowed is 1 to %d",
		len(resources.Subnets),
		MaxSubnets,
	)
	c.require(
		len(resources.SecurityGroupIds) <= MaxSecurityGroups,
		"%d security groups: allowed are up to %d",
		len(resources.SecurityGroupIds),
		MaxSecurityGroups,
	)
	if environment.onFargate() {
		c.fargateEnvironment(environment)
		return
	}
	c.instances(environment)
}

// fargateEnvironment refuses what makes every later update of a Fargate environment fail
// ("Update a compute environment in AWS Batch", AWS Batch User Guide). The CDK writes both
// properties unasked (aws-cdk#27054).
func (c *checker) fargateEnvironment(environment computeEnvironment) {
	kind := environment.ComputeResources.Type
	c.require(
		environment.UpdatePolicy == nil,
		"UpdatePolicy of type %s: Fargate takes none, and refuses each update with one",
		kind,
	)
	c.require(
		environment.ReplaceComputeEnvironment == nil,
		"ReplaceComputeEnvironment of type %s: Fargate takes none, it updates without replacing",
		kind,
	)
}

// updatable are the allocation strategies of environments that can be changed in place, by type.
var updatable = map[string][]string{
	"EC2":  {"BEST_FIT_PROGRESSIVE"},
	"SPOT": {"SPOT_CAPACITY_OPTIMIZED", "SPOT_PRICE_CAPACITY_OPTIMIZED"},
}

// instances refuses what makes every later update replace the environment, which fails while a
// queue uses it: all of it has to be as "Update a compute environment in AWS Batch" (AWS Batch User Guide)
// asks for. It refuses instances of two architectures, of which one could not run the image, too, and
// an AMI that no longer gets mended.
func (c *checker) instances(environment computeEnvironment) {
	resources := environment.ComputeResources
	c.require(
		slices.Contains(updatable[resources.Type], resources.AllocationStrategy),
		"AllocationStrategy %q of type %s: allowed are %q, with which it is updated in place",
		resources.AllocationStrategy,
		resources.Type,
		updatable[resources.Type],
	)
	c.require(
		string(environment.ReplaceComputeEnvironment) == "false",
		"ReplaceComputeEnvironment is %q: it must be false, or every change replaces what a queue uses",
		environment.ReplaceComputeEnvironment,
	)
	c.require(environment.ServiceRole == nil, "ServiceRole: with one of its own, AWS updates nothing in place")
	for _, image := range resources.Ec2Configuration {
		c.require(
			strings.HasPrefix(image.ImageType, "ECS_AL2023"),
			"ImageType %q: support for everything before ECS_AL2023 has ended",
			image.ImageType,
		)
	}
	c.require(len(resources.Ec2Configuration) > 0, "no Ec2Configuration: which AMI is used would be AWS's to change")
	arm := 0
	for _, instance := range resources.InstanceTypes {
		if instance == "default_arm64" || IsARM(instance) {
			arm++
		}
	}
	c.require(
		arm == 0 || arm == len(resources.InstanceTypes),
		"InstanceTypes %v: they have two architectures, and an image runs on one",
		resources.InstanceTypes,
	)
}
