package network

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// NewPublic returns a network in which a job has a public address, and that lets nothing
// in. The functions stay outside of it.
func NewPublic(scope constructs.Construct, id string, props OwnProps) *Network {
	n := newOwn(scope, id, props, jobsOnly(&awsec2.SubnetConfiguration{
		Name:       jsii.String("Jobs"),
		SubnetType: awsec2.SubnetType_PUBLIC,
		// A job asks for its address itself; nothing else may get one by accident.
		MapPublicIpOnLaunch: jsii.Bool(false),
	}))
	n.PublicAddresses = true
	return n
}
