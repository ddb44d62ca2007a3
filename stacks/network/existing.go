package network

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// ExistingProps are the props of [NewExisting].
type ExistingProps struct {
	// VPC, Subnets and SecurityGroups are ids. Without groups the stack makes one.
	VPC            string
	Subnets        []string
	SecurityGroups []string
	// PublicAddresses says that the subnets' way out is an internet gateway.
	PublicAddresses bool
	// Proxy is the address of a proxy; empty for none.
	Proxy string
}

// NewExisting returns a network that the stack has not made. Nothing is looked up, so that a
// synthesis needs no credentials: routes, endpoints and their policies are the owner's.
func NewExisting(scope constructs.Construct, id string, props ExistingProps) *Network {
	n := &Network{
		Construct:       constructs.NewConstruct(scope, &id),
		PublicAddresses: props.PublicAddresses,
		proxy:           props.Proxy,
	}
	n.VPC = awsec2.Vpc_FromVpcAttributes(n.Construct, jsii.String("Vpc"), &awsec2.VpcAttributes{
		VpcId:             &props.VPC,
		AvailabilityZones: awscdk.Fn_GetAzs(nil),
	})
	acknowledge(n.VPC, "vpcAttributeIsListTokenavailabilityZones", "the zones of the subnets are asked by nothing here")
	var subnets []awsec2.ISubnet
	for i, subnet := range props.Subnets {
		name := "Subnet" + strconv.Itoa(i+1)
		existing := awsec2.Subnet_FromSubnetId(n.Construct, &name, &subnet)
		acknowledge(existing, "noSubnetRouteTableId", "the routes are the owner's")
		subnets = append(subnets, existing)
	}
	n.Subnets = &awsec2.SubnetSelection{Subnets: &subnets}
	for i, group := range props.SecurityGroups {
		name := "SecurityGroup" + strconv.Itoa(i+1)
		n.SecurityGroups = append(n.SecurityGroups, awsec2.SecurityGroup_FromSecurityGroupId(
			n.Construct, &name, &group, &awsec2.SecurityGroupImportOptions{Mutable: jsii.Bool(false)},
		))
	}
	if len(n.SecurityGroups) == 0 {
		n.SecurityGroups = []awsec2.ISecurityGroup{newHTTPSOnly(n.Construct, n.VPC)}
	}
	return n
}

// acknowledge silences a warning of the CDK's about something that was not looked up.
func acknowledge(about constructs.IConstruct, warning, reason string) {
	awscdk.Annotations_Of(about).AcknowledgeWarning(jsii.String("@aws-cdk/aws-ec2:"+warning), &reason)
}
