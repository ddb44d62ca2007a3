package cloud

import (
	"context"
	"slices"

	"batchjobwithlambda/batch/operate/doctor"
)

// askSubnets asks for the subnets of the compute environments.
func (q *inquiry) askSubnets(ctx context.Context) (err error) {
	var ids []string
	for _, e := range q.facts.Environments {
		if e.ComputeResources != nil {
			ids = append(ids, e.ComputeResources.Subnets...)
		}
	}
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) == 0 {
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
