package network

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/jsii-runtime-go"
)

// ChooseZonesWhenDeployed lets CloudFormation choose the zones of a stack, to which nothing
// was added yet, in any account and region. If both are known, the CDK would ask AWS for
// them: then a synthesis would need credentials, and would not be the same everywhere.
func ChooseZonesWhenDeployed(stack awscdk.Stack) {
	if *awscdk.Token_IsUnresolved(stack.Account()) || *awscdk.Token_IsUnresolved(stack.Region()) {
		return
	}
	all := awscdk.Fn_GetAzs(nil)
	chosen := make([]*string, zones)
	for i := range chosen {
		chosen[i] = awscdk.Fn_Select(jsii.Number(i), all)
	}
	answer := "availability-zones:account=" + *stack.Account() + ":region=" + *stack.Region()
	stack.Node().SetContext(&answer, chosen)
}

// chooseZones puts each subnet into the zone with the id at its place; without ids they stay in
// the first zones. The VPC has only the names of zones, which differ between accounts.
func chooseZones(subnets []awsec2.ISubnet, ids []string) {
	for i, id := range ids {
		subnet := subnets[i].Node().DefaultChild().(awsec2.CfnSubnet)
		subnet.SetAvailabilityZone(nil)
		subnet.SetAvailabilityZoneId(&id)
	}
}
