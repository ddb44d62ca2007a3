package network

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// NATProps are the props of [NewNAT].
type NATProps struct {
	OwnProps
	// GatewayPerZone has a gateway in each zone. With one for both, jobs in the other zone lose
	// their way out with it, and what they send costs the traffic between zones too.
	GatewayPerZone bool
}

// NewNAT returns a network of private subnets, out of which NAT gateways lead and into which
// nothing does. S3 is reached by its own endpoint, so that objects do not pay for the gateways.
func NewNAT(scope constructs.Construct, id string, props NATProps) *Network {
	gateways := 1
	if props.GatewayPerZone {
		gateways = zones
	}
	return newOwn(scope, id, props.OwnProps, layout{
		vpc:      "NatVpc",
		gateways: gateways,
		subnets: []*awsec2.SubnetConfiguration{
			{
				Name:       jsii.String("Jobs"),
				SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS,
			},
			{
				Name:       jsii.String("Gateways"),
				SubnetType: awsec2.SubnetType_PUBLIC,
				// A gateway has an address that is its own.
				MapPublicIpOnLaunch: jsii.Bool(false),
				CidrMask:            jsii.Number(gatewaysMask),
			},
		},
	})
}

// gatewaysMask makes the smallest subnet that AWS allows ("Subnet sizing", Amazon VPC User Guide).
const gatewaysMask = 28
