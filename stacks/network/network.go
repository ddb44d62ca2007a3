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

// Network is where jobs run.
type Network struct {
	constructs.Construct
	VPC awsec2.IVpc
	// Subnets has one subnet in each zone.
	Subnets *awsec2.SubnetSelection
	// SecurityGroup lets nothing in, and only HTTPS out.
	SecurityGroup awsec2.ISecurityGroup
	// PublicAddresses says that a job needs a public address: without one nothing gets
	// out, not even the pull of the job's image.
	PublicAddresses bool
	// FunctionsInside says that the functions belong into the network too, so that they
	// have no other way out than it has.
	FunctionsInside bool

	s3 awsec2.GatewayVpcEndpoint
}

// newNetwork returns a VPC of its own with subnets of one kind, a security group and the
// gateway endpoint of S3, which is free.
func newNetwork(scope constructs.Construct, id string, zoneIDs []string, subnets *awsec2.SubnetConfiguration) *Network {
	n := &Network{
		Construct: constructs.NewConstruct(scope, &id),
		Subnets:   &awsec2.SubnetSelection{SubnetType: subnets.SubnetType},
	}
	vpc := awsec2.NewVpc(n.Construct, jsii.String("Vpc"), &awsec2.VpcProps{
		MaxAzs:              jsii.Number(zones),
		NatGateways:         jsii.Number(0),
		SubnetConfiguration: &[]*awsec2.SubnetConfiguration{subnets},
		// To close the default group, the CDK adds a helper function with a managed policy
		// and wide grants. Nothing is in that group: everything here names its own.
		RestrictDefaultSecurityGroup: jsii.Bool(false),
	})
	chooseZones(*vpc.SelectSubnets(n.Subnets).Subnets, zoneIDs)
	group := awsec2.NewSecurityGroup(n.Construct, jsii.String("HttpsOnly"), &awsec2.SecurityGroupProps{
		Vpc:              vpc,
		Description:      jsii.String("Nothing in, HTTPS out"),
		AllowAllOutbound: jsii.Bool(false),
	})
	https := awsec2.Port_Tcp(jsii.Number(httpsPort))
	group.AddEgressRule(awsec2.Peer_AnyIpv4(), https, jsii.String("AWS services"), nil)
	n.VPC, n.SecurityGroup = vpc, group
	n.s3 = vpc.AddGatewayEndpoint(jsii.String("S3"), &awsec2.GatewayVpcEndpointOptions{
		Service: awsec2.GatewayVpcEndpointAwsService_S3(),
	})
	return n
}

// AllowS3 says what may be reached in S3 from within the network. An endpoint to which
// nothing was said lets everything through, so it has to be called.
func (n *Network) AllowS3(statements ...awsiam.PolicyStatement) {
	for _, statement := range statements {
		n.s3.AddToPolicy(statement)
	}
}

// ForFunctions returns the network that the functions run in: this one, or nil for the
// network of the Lambda service, where a function needs no permission on network
// interfaces and starts sooner.
func (n *Network) ForFunctions() *Network {
	if n.FunctionsInside {
		return n
	}
	return nil
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
