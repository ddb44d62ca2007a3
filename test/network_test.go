package test

import (
	"slices"
	"strings"
	"testing"
)

// What costs by the hour whether it is used or not.
var costsWhileIdle = []string{
	"AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::KMS::Key", "AWS::EC2::Instance", "AWS::EC2::VPNGateway",
	"AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::RDS::DBInstance", "AWS::CloudWatch::Dashboard",
}

func TestDevHasNothingToPayForWhileIdle(t *testing.T) {
	for _, kind := range costsWhileIdle {
		for _, r := range dev.ofType(kind) {
			t.Errorf("%s is a %s", r.id, kind)
		}
	}
	// One of the ten alarms that are free in every account: a message that reached nobody
	// must not wait until somebody looks.
	if alarm := dev.only(t, "AWS::CloudWatch::Alarm"); alarm.name() != "WatchUndeliveredMessages" {
		t.Errorf("the alarm is %s", alarm.id)
	}
	for _, endpoint := range dev.ofType("AWS::EC2::VPCEndpoint") {
		if kind := endpoint.Properties["VpcEndpointType"]; kind != "Gateway" {
			t.Errorf("%s is a %v endpoint, which costs by the hour", endpoint.id, kind)
		}
	}
}

func TestProdHasNoRouteOut(t *testing.T) {
	for _, kind := range []string{"AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::EgressOnlyInternetGateway", "AWS::EC2::Route"} {
		for _, r := range prod.ofType(kind) {
			t.Errorf("%s is a %s", r.id, kind)
		}
	}
	if got := render(
		prod.only(t, "AWS::Batch::JobDefinition").Properties["ContainerProperties"].(map[string]any)["NetworkConfiguration"],
	); got != `{"AssignPublicIp":"DISABLED"}` {
		t.Errorf("a job's network configuration is %s", got)
	}
}

func TestProdReachesWhatAJobNeedsThroughEndpoints(t *testing.T) {
	var services []string
	for _, endpoint := range prod.ofType("AWS::EC2::VPCEndpoint") {
		services = append(
			services,
			strings.TrimPrefix(render(endpoint.Properties["ServiceName"]), "com.amazonaws.${AWS::Region}."),
		)
		if endpoint.Properties["PolicyDocument"] == nil {
			t.Errorf("%s lets everything through", endpoint.id)
		}
	}
	slices.Sort(services)
	if want := []string{"ecr.api", "ecr.dkr", "logs", "s3"}; !slices.Equal(services, want) {
		t.Errorf("endpoints to %v, want %v", services, want)
	}
}

func TestDevGivesAJobAPublicAddressWithoutWhichItCannotPullItsImage(t *testing.T) {
	container := dev.only(t, "AWS::Batch::JobDefinition").Properties["ContainerProperties"].(map[string]any)
	if got := render(container["NetworkConfiguration"]); got != `{"AssignPublicIp":"ENABLED"}` {
		t.Errorf("a job's network configuration is %s", got)
	}
}

func TestNothingGetsInFromOutside(t *testing.T) {
	for environment, template := range environments() {
		for _, group := range template.ofType("AWS::EC2::SecurityGroup") {
			if group.Properties["SecurityGroupIngress"] != nil {
				t.Errorf("%s: %s lets in %v", environment, group.id, render(group.Properties["SecurityGroupIngress"]))
			}
		}
		for _, rule := range template.ofType("AWS::EC2::SecurityGroupIngress") {
			if rule.Properties["SourceSecurityGroupId"] == nil {
				t.Errorf("%s: %s lets in more than a security group", environment, rule.id)
			}
		}
		for _, subnet := range template.ofType("AWS::EC2::Subnet") {
			if subnet.Properties["MapPublicIpOnLaunch"] != false {
				t.Errorf("%s: %s gives out public addresses", environment, subnet.id)
			}
		}
	}
}

func TestNothingButHTTPSGetsOut(t *testing.T) {
	for environment, template := range environments() {
		for _, group := range template.ofType("AWS::EC2::SecurityGroup") {
			var properties struct {
				SecurityGroupEgress []struct {
					IpProtocol       string
					FromPort, ToPort int
					CidrIp           string
				}
			}
			group.decode(t, &properties)
			for _, rule := range properties.SecurityGroupEgress {
				https := rule.IpProtocol == "tcp" && rule.FromPort == 443 && rule.ToPort == 443
				// The CDK writes "nothing" as a rule that matches no packet.
				nothing := rule.CidrIp == "255.255.255.255/32"
				if !https && !nothing {
					t.Errorf("%s: %s lets out %+v", environment, group.id, rule)
				}
			}
		}
	}
}
