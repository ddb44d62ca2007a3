package limits

import "encoding/json"

// computeEnvironment refuses what makes every later update of a Fargate environment fail
// ("Update a compute environment in AWS Batch", AWS Batch User Guide). The CDK writes both
// properties unasked (aws-cdk#27054).
func (c *checker) computeEnvironment(r resource) {
	var environment struct {
		ComputeResources          struct{ Type string }
		ReplaceComputeEnvironment json.RawMessage
		UpdatePolicy              json.RawMessage
	}
	if !c.decode(r, &environment) {
		return
	}
	kind := environment.ComputeResources.Type
	if kind != "FARGATE" && kind != "FARGATE_SPOT" {
		return
	}
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
