package cloud

import (
	"context"
	"slices"

	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"

	"batchjobwithlambda/batch/operate/doctor"
)

// ofEnvironments are the ids that the compute environments have, each once.
func (q *inquiry) ofEnvironments(ids func(batchtypes.ComputeResource) []string) []string {
	var all []string
	for _, e := range q.facts.Environments {
		if e.ComputeResources != nil {
			all = append(all, ids(*e.ComputeResources)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// askSubnets asks for the subnets of the compute environments.
func (q *inquiry) askSubnets(ctx context.Context) (err error) {
	ids := q.ofEnvironments(func(r batchtypes.ComputeResource) []string { return r.Subnets })
	if len(ids) == 0 {
		return nil
	}
	q.facts.Network.Subnets, err = describe[doctor.Subnet](ctx, q.ec2, "DescribeSubnets", filter{"subnet-id", ids})
	return err
}

// networks are the ids of the subnets' networks.
func (q *inquiry) networks() []string {
	var ids []string
	for _, subnet := range q.facts.Network.Subnets {
		ids = append(ids, subnet.VPC)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (q *inquiry) askRoutes(ctx context.Context) (err error) {
	ids := q.networks()
	if len(ids) == 0 {
		return nil
	}
	network := &q.facts.Network
	network.Routes, err = describe[doctor.RouteTable](ctx, q.ec2, "DescribeRouteTables", filter{"vpc-id", ids})
	network.RoutesKnown = err == nil
	return err
}

// askSecurityGroups asks for those of the compute environments. Instances have theirs from a launch
// template, of which AWS Batch does not tell.
func (q *inquiry) askSecurityGroups(ctx context.Context) (err error) {
	ids := q.ofEnvironments(func(r batchtypes.ComputeResource) []string { return r.SecurityGroupIds })
	if len(ids) == 0 {
		return nil
	}
	groups := &q.facts.Network.SecurityGroups
	*groups, err = describe[doctor.SecurityGroup](ctx, q.ec2, "DescribeSecurityGroups", filter{"group-id", ids})
	return err
}

func (q *inquiry) askEndpoints(ctx context.Context) (err error) {
	ids := q.networks()
	if len(ids) == 0 {
		return nil
	}
	network := &q.facts.Network
	network.Endpoints, err = describe[doctor.Endpoint](ctx, q.ec2, "DescribeVpcEndpoints", filter{"vpc-id", ids})
	network.EndpointsKnown = err == nil
	return err
}
