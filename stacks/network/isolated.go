package network

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Service is an AWS service that a job needs besides S3.
type Service struct {
	// ID is the id of the endpoint's construct.
	ID string
	// Name ends the name of the service's endpoint, such as "logs".
	Name string
	// ByPartition says that the name begins otherwise in other partitions.
	ByPartition bool
	// Policy says what may be called by way of the endpoint; nil if the service takes none.
	Policy awsiam.PolicyStatement
}

// IsolatedProps are the props of [NewIsolated].
type IsolatedProps struct {
	OwnProps
	// Services get an endpoint each, which costs by the hour and zone.
	Services []Service
}

// NewIsolated returns a network without a route to the internet, for jobs and functions.
// The functions need no endpoint but that of S3: their logs and traces go out by way of
// the Lambda service.
func NewIsolated(scope constructs.Construct, id string, props IsolatedProps) *Network {
	n := newOwn(scope, id, props.OwnProps, jobsOnly(&awsec2.SubnetConfiguration{
		Name:       jsii.String("Jobs"),
		SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED,
	}))
	n.addEndpoints(props.Services)
	return n
}

func (n *Network) addEndpoints(services []Service) {
	group := awsec2.NewSecurityGroup(n.Construct, jsii.String("Endpoints"), &awsec2.SecurityGroupProps{
		Vpc:              n.VPC,
		Description:      jsii.String("HTTPS in from the jobs and the functions, nothing out"),
		AllowAllOutbound: jsii.Bool(false),
	})
	https := awsec2.Port_Tcp(jsii.Number(httpsPort))
	for _, jobs := range n.SecurityGroups {
		group.AddIngressRule(jobs, https, jsii.String("Jobs and functions"), nil)
	}
	names := newEndpointNames(n.Construct)
	for _, service := range services {
		endpoint := n.VPC.AddInterfaceEndpoint(&service.ID, &awsec2.InterfaceVpcEndpointOptions{
			Service:           awsec2.NewInterfaceVpcEndpointService(names.of(service), jsii.Number(httpsPort)),
			PrivateDnsEnabled: jsii.Bool(true),
			Subnets:           n.Subnets,
			SecurityGroups:    &[]awsec2.ISecurityGroup{group},
			Open:              jsii.Bool(false),
		})
		if service.Policy != nil {
			endpoint.AddToPolicy(service.Policy)
		}
	}
}
