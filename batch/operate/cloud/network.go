package cloud

import (
	"context"
	"encoding/xml"
	"slices"

	"batchjobwithlambda/batch/operate/doctor"
)

// askSubnets asks for the subnets of the compute environments.
func (q *inquiry) askSubnets(ctx context.Context) error {
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
	return q.ec2.describe(ctx, "DescribeSubnets", filter{"subnet-id", ids}, func(body []byte) (string, error) {
		var page struct {
			Items []doctor.Subnet `xml:"subnetSet>item"`
			Next  string          `xml:"nextToken"`
		}
		err := xml.Unmarshal(body, &page)
		q.facts.Network.Subnets = append(q.facts.Network.Subnets, page.Items...)
		return page.Next, err
	})
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

func (q *inquiry) askRoutes(ctx context.Context) error {
	ids := q.networks()
	if len(ids) == 0 {
		return nil
	}
	err := q.ec2.describe(ctx, "DescribeRouteTables", filter{"vpc-id", ids}, func(body []byte) (string, error) {
		var page struct {
			Items []doctor.RouteTable `xml:"routeTableSet>item"`
			Next  string              `xml:"nextToken"`
		}
		err := xml.Unmarshal(body, &page)
		q.facts.Network.Routes = append(q.facts.Network.Routes, page.Items...)
		return page.Next, err
	})
	q.facts.Network.RoutesKnown = err == nil
	return err
}

func (q *inquiry) askEndpoints(ctx context.Context) error {
	ids := q.networks()
	if len(ids) == 0 {
		return nil
	}
	err := q.ec2.describe(ctx, "DescribeVpcEndpoints", filter{"vpc-id", ids}, func(body []byte) (string, error) {
		var page struct {
			Items []doctor.Endpoint `xml:"vpcEndpointSet>item"`
			Next  string            `xml:"nextToken"`
		}
		err := xml.Unmarshal(body, &page)
		q.facts.Network.Endpoints = append(q.facts.Network.Endpoints, page.Items...)
		return page.Next, err
	})
	q.facts.Network.EndpointsKnown = err == nil
	return err
}
