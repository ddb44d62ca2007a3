package hardened

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
)

// RoleProps are the props of [NewRole].
type RoleProps struct {
	AssumedBy   awsiam.IPrincipal
	Description string
	// Policies are everything that the role may do, by the names of their resources.
	Policies map[string]awsiam.PolicyDocument
}

// NewRole returns a role that may do what its policies say, and that the CDK cannot
// add a grant to.
//
// The policies are resources that the role refers to, not the other way round, so
// they exist as soon as the role does: AWS checks a state machine against its role
// when it is created.
func NewRole(scope constructs.Construct, id string, props RoleProps) awsiam.IRole {
	role := constructs.NewConstruct(scope, &id)
	var attached []awsiam.IManagedPolicy
	for _, name := range slices.Sorted(maps.Keys(props.Policies)) {
		attached = append(attached, awsiam.NewManagedPolicy(role, &name, &awsiam.ManagedPolicyProps{
			Document: props.Policies[name],
		}))
	}
	return awsiam.NewRole(role, new("Role"), &awsiam.RoleProps{
		AssumedBy:       props.AssumedBy,
		Description:     &props.Description,
		ManagedPolicies: &attached,
	}).WithoutPolicyUpdates(nil)
}
