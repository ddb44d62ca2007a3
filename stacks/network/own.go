package network

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/hardened"
)

const (
	// zones is two: jobs can start while one zone has no capacity, and each further
	// zone costs an isolated network another set of endpoints.
	zones = 2
	// httpsPort is all that a job needs: every AWS service is behind it.
	httpsPort = 443
)

// OwnProps are what all networks of the stack's own have in common.
type OwnProps struct {
	// Zones are the ids of two zones; none for the first two that the account has.
	Zones []string
	// FlowLog keeps a log of every connection; nil for none.
	FlowLog *hardened.LogGroupProps
}

// layout is what tells the VPCs of the stack's own apart.
type layout struct {
	// vpc is the VPC's id. Layouts whose subnets have other addresses need another: while one takes
	// the other's place, both are there.
	vpc string
	// subnets are the kinds of subnets that each zone has, that of the jobs first.
	subnets []*awsec2.SubnetConfiguration
	// gateways is how many NAT gateways there are.
	gateways int
}

// jobsOnly is a layout with nothing but subnets for jobs.
func jobsOnly(subnets *awsec2.SubnetConfiguration) layout {
	return layout{vpc: "Vpc", subnets: []*awsec2.SubnetConfiguration{subnets}}
}

// newOwn returns a network with a VPC of its own, a security group and the gateway endpoint of S3,
// which is free.
func newOwn(scope constructs.Construct, id string, props OwnProps, of layout) *Network {
	n := &Network{
		Construct: constructs.NewConstruct(scope, &id),
		Subnets:   &awsec2.SubnetSelection{SubnetType: of.subnets[0].SubnetType},
	}
	vpc := awsec2.NewVpc(n.Construct, &of.vpc, &awsec2.VpcProps{
		MaxAzs:              jsii.Number(zones),
		NatGateways:         jsii.Number(of.gateways),
		SubnetConfiguration: &of.subnets,
		// To close the default group, the CDK adds a helper function with a managed policy
		// and wide grants. Nothing is in that group: everything here names its own.
		RestrictDefaultSecurityGroup: jsii.Bool(false),
	})
	for _, kind := range of.subnets {
		chooseZones(*vpc.SelectSubnets(&awsec2.SubnetSelection{SubnetType: kind.SubnetType}).Subnets, props.Zones)
	}
	n.VPC = vpc
	n.SecurityGroups = []awsec2.ISecurityGroup{newHTTPSOnly(n.Construct, vpc)}
	n.s3 = vpc.AddGatewayEndpoint(jsii.String("S3"), &awsec2.GatewayVpcEndpointOptions{
		Service: awsec2.GatewayVpcEndpointAwsService_S3(),
		Subnets: &[]*awsec2.SubnetSelection{n.Subnets},
	})
	n.addFlowLog(props.FlowLog)
	return n
}

// newHTTPSOnly returns a security group that lets nothing in, and only HTTPS out.
func newHTTPSOnly(scope constructs.Construct, vpc awsec2.IVpc) awsec2.SecurityGroup {
	group := awsec2.NewSecurityGroup(scope, jsii.String("HttpsOnly"), &awsec2.SecurityGroupProps{
		Vpc:              vpc,
		Description:      jsii.String("Nothing in, HTTPS out"),
		AllowAllOutbound: jsii.Bool(false),
	})
	https := awsec2.Port_Tcp(jsii.Number(httpsPort))
	group.AddEgressRule(awsec2.Peer_AnyIpv4(), https, jsii.String("AWS services"), nil)
	return group
}

// addFlowLog keeps a log of every connection, unless the log is nil. It is the L1, because
// the L2 grants itself what the package policies has to say.
func (n *Network) addFlowLog(log *hardened.LogGroupProps) {
	if log == nil {
		return
	}
	group := hardened.NewLogGroup(n.Construct, "FlowLogs", *log)
	role := hardened.NewRole(n.Construct, "FlowLogsRole", hardened.RoleProps{
		AssumedBy:   policies.TrustFlowLogs(),
		Description: "Writes the flow log of the network",
		Policies:    map[string]awsiam.PolicyDocument{"FlowLogsPolicy": policies.FlowLogsPolicy(group)},
	})
	awsec2.NewCfnFlowLog(n.Construct, jsii.String("FlowLog"), &awsec2.CfnFlowLogProps{
		ResourceId:               n.VPC.VpcId(),
		ResourceType:             jsii.String("VPC"),
		TrafficType:              jsii.String("ALL"),
		LogGroupName:             group.LogGroupName(),
		DeliverLogsPermissionArn: role.RoleArn(),
	})
}
