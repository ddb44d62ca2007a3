package network

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/stacks/hardened"
)

// Service is an AWS service that a job needs besides S3.
type Service struct {
	// ID is the id of the endpoint's construct.
	ID string
	// Name ends the name of the service's endpoint, such as "logs".
	Name string
	// ByPartition says that the name begins otherwise in other partitions.
	ByPartition bool
	// Policy says what may be called by way of the endpoint.
	Policy awsiam.PolicyStatement
}

// IsolatedProps are the props of [NewIsolated].
type IsolatedProps struct {
	// Services get an endpoint each, which costs by the hour and zone.
	Services []Service
	// Zones are the ids of two zones; none for the first two that the account has.
	Zones []string
	// FlowLog keeps a log of every connection; nil for none.
	FlowLog *hardened.LogGroupProps
}

// NewIsolated returns a network without a route to the internet, for jobs and functions.
// The functions need no endpoint but that of S3: their logs and traces go out by way of
// the Lambda service.
func NewIsolated(scope constructs.Construct, id string, props IsolatedProps) *Network {
	n := newNetwork(scope, id, props.Zones, &awsec2.SubnetConfiguration{
		Name:       jsii.String("Jobs"),
		SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED,
	})
	n.FunctionsInside = true
	n.addEndpoints(props.Services)
	n.addFlowLog(props.FlowLog)
	return n
}

func (n *Network) addEndpoints(services []Service) {
	group := awsec2.NewSecurityGroup(n.Construct, jsii.String("Endpoints"), &awsec2.SecurityGroupProps{
		Vpc:              n.VPC,
		Description:      jsii.String("HTTPS in from the jobs and the functions, nothing out"),
		AllowAllOutbound: jsii.Bool(false),
	})
	https := awsec2.Port_Tcp(jsii.Number(httpsPort))
	group.AddIngressRule(n.SecurityGroup, https, jsii.String("Jobs and functions"), nil)
	names := newEndpointNames(n.Construct)
	for _, service := range services {
		n.VPC.AddInterfaceEndpoint(&service.ID, &awsec2.InterfaceVpcEndpointOptions{
			Service:           awsec2.NewInterfaceVpcEndpointService(names.of(service), jsii.Number(httpsPort)),
			PrivateDnsEnabled: jsii.Bool(true),
			Subnets:           n.Subnets,
			SecurityGroups:    &[]awsec2.ISecurityGroup{group},
			Open:              jsii.Bool(false),
		}).AddToPolicy(service.Policy)
	}
}
