package network

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
)

// Network is where jobs run.
type Network struct {
	constructs.Construct
	VPC awsec2.IVpc
	// Subnets are those of the jobs, in one zone or more.
	Subnets *awsec2.SubnetSelection
	// SecurityGroups say what gets out. Those of the stack's own let nothing in, and only HTTPS out.
	SecurityGroups []awsec2.ISecurityGroup
	// PublicAddresses says that a job needs a public address: without one nothing gets
	// out, not even the pull of the job's image.
	PublicAddresses bool

	// s3 is the endpoint of S3; nil if that of an existing network is its owner's.
	s3    awsec2.GatewayVpcEndpoint
	proxy string
}

// SubnetIDs are the ids of the subnets.
func (n *Network) SubnetIDs() *[]*string {
	if n.Subnets.Subnets == nil {
		return n.VPC.SelectSubnets(n.Subnets).SubnetIds
	}
	// The CDK cannot select those whose zones are not known.
	var ids []*string
	for _, subnet := range *n.Subnets.Subnets {
		ids = append(ids, subnet.SubnetId())
	}
	return &ids
}

// AllowS3 says what may be reached in S3 from within the network. An endpoint to which
// nothing was said lets everything through, so it has to be called.
func (n *Network) AllowS3(statements ...awsiam.PolicyStatement) {
	if n.s3 == nil {
		return
	}
	for _, statement := range statements {
		n.s3.AddToPolicy(statement)
	}
}

// ForFunctions returns the network that the functions run in: this one, so that they have no
// other way out than it has, or nil for that of the Lambda service. A function gets no public
// address, so it would reach nothing where that is the way out.
func (n *Network) ForFunctions() *Network {
	if n.PublicAddresses {
		return nil
	}
	return n
}

// withoutProxy is the address that a task has its credentials from ("Task IAM role", Amazon ECS
// Developer Guide). It is in the task itself, where no proxy reaches it.
const withoutProxy = "169.254.170.2"

// Variables are the environment variables that lead a program to the network's proxy, if there is
// one. The names are those that curl, wget, Go and Python all read.
func (n *Network) Variables() map[string]string {
	if n.proxy == "" {
		return nil
	}
	return map[string]string{"http_proxy": n.proxy, "https_proxy": n.proxy, "no_proxy": withoutProxy}
}
