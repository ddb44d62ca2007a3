package account

import (
	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/account/events"
	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/lambda"
	"batchjobwithlambda/test/account/logs"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/account/scheduler"
	"batchjobwithlambda/test/account/sns"
	"batchjobwithlambda/test/account/sqs"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

// Types are all types of resources that a template may have: those of the services below this
// package, and those without which the programs run just the same.
func Types() template.Types {
	return template.Join(
		batch.Types, events.Types, iam.Types, lambda.Types, logs.Types, s3.Types, scheduler.Types, sns.Types,
		sqs.Types, statemachine.Types,
		watching, network,
	)
}

// watching are the types that watch over a deployed stack. Nothing happens to them here.
var watching = template.Types{
	"AWS::Budgets::Budget":       {},
	"AWS::CloudWatch::Alarm":     {},
	"AWS::CloudWatch::Dashboard": {},
}

// network are the types of the network that programs run in. Here they run on this machine.
var network = template.Types{
	"AWS::EC2::EIP":                         {},
	"AWS::EC2::FlowLog":                     {},
	"AWS::EC2::InternetGateway":             {},
	"AWS::EC2::LaunchTemplate":              {},
	"AWS::EC2::NatGateway":                  {},
	"AWS::EC2::Route":                       {},
	"AWS::EC2::RouteTable":                  {},
	"AWS::EC2::SecurityGroup":               {},
	"AWS::EC2::SecurityGroupIngress":        {},
	"AWS::EC2::Subnet":                      {},
	"AWS::EC2::SubnetRouteTableAssociation": {},
	"AWS::EC2::VPC":                         {},
	"AWS::EC2::VPCEndpoint":                 {},
	"AWS::EC2::VPCGatewayAttachment":        {},
}
