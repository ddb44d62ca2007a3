package doctor

import (
	"fmt"
	"slices"
	"strings"

	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
)

// Network is where jobs run.
type Network struct {
	Subnets   []Subnet
	Routes    []RouteTable
	Endpoints []Endpoint
	// SecurityGroups are those that compute environments give to jobs.
	SecurityGroups []SecurityGroup
	// RoutesKnown and EndpointsKnown say that both could be asked for.
	RoutesKnown, EndpointsKnown bool
}

// Subnet is one that compute environments start jobs in.
type Subnet struct {
	ID  string `xml:"subnetId"`
	VPC string `xml:"vpcId"`
	// FreeAddresses is how many more jobs fit into it.
	FreeAddresses int `xml:"availableIpAddressCount"`
}

// RouteTable is the way out of subnets.
type RouteTable struct {
	ID     string  `xml:"routeTableId"`
	Routes []Route `xml:"routeSet>item"`
	// Of are the subnets that it is for; Main is for those that have no other.
	Of []struct {
		Subnet string `xml:"subnetId"`
		Main   bool   `xml:"main"`
	} `xml:"associationSet>item"`
}

// Route leads to a gateway. Of what it leads to, at most one is not empty.
type Route struct {
	To              string `xml:"destinationCidrBlock"`
	Gateway         string `xml:"gatewayId"`
	State           string `xml:"state"`
	NATGateway      string `xml:"natGatewayId"`
	TransitGateway  string `xml:"transitGatewayId"`
	NetworkIface    string `xml:"networkInterfaceId"`
	PeeringOfTheVPC string `xml:"vpcPeeringConnectionId"`
}

// Endpoint is a way to a service of AWS without the internet.
type Endpoint struct {
	ID          string   `xml:"vpcEndpointId"`
	Service     string   `xml:"serviceName"`
	State       string   `xml:"state"`
	RouteTables []string `xml:"routeTableIdSet>item"`
	Type        string   `xml:"vpcEndpointType"`
	PrivateDNS  bool     `xml:"privateDnsEnabled"`
}

const everywhere = "0.0.0.0/0"

// neededEndpoints end the names of the services that a job without a way out needs: for its image,
// its log and its objects ("Amazon ECR interface VPC endpoints", Amazon ECR User Guide).
var neededEndpoints = []string{"ecr.api", "ecr.dkr", "logs", "s3"}

var subnetsCheck = Check{
	Name:  "subnets",
	Asks:  "Can a job reach its image, its log and its objects from each subnet?",
	Known: "ec2:DescribeSubnets, ec2:DescribeRouteTables and ec2:DescribeVpcEndpoints",
	look: func(facts Facts, found func(Trouble)) {
		for _, subnet := range facts.Network.Subnets {
			if subnet.FreeAddresses == 0 {
				found(Trouble{
					Wrong: "subnet " + subnet.ID + " has no free address, so no job can start in it",
					Mend: "aws ec2 describe-network-interfaces --filters Name=subnet-id,Values=" + subnet.ID +
						" says what has them; or name larger subnets by Network in stacks/environments/environments.go",
				})
			}
			if wrong := facts.wayOut(subnet); wrong != "" {
				found(Trouble{
					Wrong: wrong,
					Mend: "aws ec2 describe-route-tables --filters Name=vpc-id,Values=" + subnet.VPC +
						" shows the routes; for a network of the stack's own, " + deploy(facts),
				})
			}
		}
	},
}

// wayOut says what is wrong with the way out of the subnet; "" if nothing is, or if it is not known.
func (f Facts) wayOut(subnet Subnet) string {
	if !f.Network.RoutesKnown || f.Definition == nil {
		return ""
	}
	table, ok := f.Network.tableOf(subnet)
	if !ok {
		return "subnet " + subnet.ID + " has no route table"
	}
	route, ok := table.defaultRoute()
	switch {
	case !ok:
		return f.missingEndpoint(subnet, table)
	case route.State == "blackhole":
		return fmt.Sprintf("the route out of subnet %s leads nowhere: %s is gone", subnet.ID, route.target())
	case strings.HasPrefix(route.Gateway, "igw-") && f.addresses() == batchtypes.AssignPublicIpDisabled:
		return fmt.Sprintf("subnet %s leads to internet gateway %s, and a job has no public address to use it",
			subnet.ID, route.Gateway)
	case !strings.HasPrefix(route.Gateway, "igw-") && f.addresses() == batchtypes.AssignPublicIpEnabled &&
		route.target() == route.Gateway:
		return fmt.Sprintf("subnet %s leads to %s, which is no internet gateway", subnet.ID, route.Gateway)
	}
	return ""
}

// addresses says whether a job gets a public address; "" on an instance, which has its own.
func (f Facts) addresses() batchtypes.AssignPublicIp {
	if f.Definition.ContainerProperties == nil || f.Definition.ContainerProperties.NetworkConfiguration == nil {
		return ""
	}
	return f.Definition.ContainerProperties.NetworkConfiguration.AssignPublicIp
}

// tableOf is the route table of the subnet: its own, or the main one of the network.
func (n Network) tableOf(subnet Subnet) (RouteTable, bool) {
	var main RouteTable
	var found bool
	for _, table := range n.Routes {
		for _, of := range table.Of {
			if of.Subnet == subnet.ID {
				return table, true
			}
			if of.Main {
				main, found = table, true
			}
		}
	}
	return main, found
}

func (t RouteTable) defaultRoute() (Route, bool) {
	for _, route := range t.Routes {
		if route.To == everywhere {
			return route, true
		}
	}
	return Route{}, false
}

func (r Route) target() string {
	for _, target := range []string{r.Gateway, r.NATGateway, r.TransitGateway, r.NetworkIface, r.PeeringOfTheVPC} {
		if target != "" {
			return target
		}
	}
	return "what it led to"
}

// missingEndpoint says which endpoint a subnet without a route to the internet lacks.
func (f Facts) missingEndpoint(subnet Subnet, table RouteTable) string {
	if !f.Network.EndpointsKnown {
		return ""
	}
	for _, service := range neededEndpoints {
		if !slices.ContainsFunc(f.Network.Endpoints, func(e Endpoint) bool { return e.leadsTo(service, table) }) {
			return fmt.Sprintf("subnet %s has no route to the internet, and no working endpoint of %s", subnet.ID, service)
		}
	}
	return ""
}

// leadsTo reports whether the endpoint leads to the service from the subnets of the route table.
func (e Endpoint) leadsTo(service string, table RouteTable) bool {
	if e.State != "available" || !strings.HasSuffix(e.Service, "."+service) {
		return false
	}
	if strings.EqualFold(e.Type, "Gateway") {
		return slices.Contains(e.RouteTables, table.ID)
	}
	return e.PrivateDNS || service == "s3"
}
