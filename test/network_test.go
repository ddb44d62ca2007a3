package test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/template"
)

// What costs by the hour whether it is used or not.
var costsWhileIdle = []string{
	"AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::KMS::Key", "AWS::EC2::Instance", "AWS::EC2::VPNGateway",
	"AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::RDS::DBInstance",
}

func TestDevHasNothingToPayForWhileIdle(t *testing.T) {
	for _, kind := range costsWhileIdle {
		for _, r := range dev.OfType(kind) {
			t.Errorf("%s is a %s", r.ID, kind)
		}
	}
	// One of the ten alarms that are free in every account: a message that reached nobody
	// must not wait until somebody looks.
	if alarm := dev.only(t, "AWS::CloudWatch::Alarm"); alarm.Name() != "WatchUndeliveredMessages" {
		t.Errorf("the alarm is %s", alarm.ID)
	}
	for _, endpoint := range dev.OfType("AWS::EC2::VPCEndpoint") {
		if kind := endpoint.Properties["VpcEndpointType"]; kind != "Gateway" {
			t.Errorf("%s is a %v endpoint, which costs by the hour", endpoint.ID, kind)
		}
	}
}

// An account may have 10 concurrent executions in all, of which 10 have to stay unreserved.
func TestNoEnvironmentReservesConcurrencyOfTheAccountByDefault(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for _, function := range stack.OfType("AWS::Lambda::Function") {
			if reserved := function.Properties["ReservedConcurrentExecutions"]; reserved != nil {
				t.Errorf("%s: %s reserves %v", environment, function.ID, reserved)
			}
		}
	}
}

func TestProdHasNoRouteOut(t *testing.T) {
	for _, kind := range []string{"AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::EgressOnlyInternetGateway", "AWS::EC2::Route"} {
		for _, r := range prod.OfType(kind) {
			t.Errorf("%s is a %s", r.ID, kind)
		}
	}
	if got := template.Render(
		prod.only(t, "AWS::Batch::JobDefinition").Properties["ContainerProperties"].(map[string]any)["NetworkConfiguration"],
	); got != `{"AssignPublicIp":"DISABLED"}` {
		t.Errorf("a job's network configuration is %s", got)
	}
}

func TestProdReachesWhatAJobNeedsThroughEndpoints(t *testing.T) {
	var services []string
	for _, endpoint := range prod.OfType("AWS::EC2::VPCEndpoint") {
		services = append(
			services,
			serviceName(endpoint),
		)
		if endpoint.Properties["PolicyDocument"] == nil {
			t.Errorf("%s has no policy, so it allows everything", endpoint.ID)
		}
	}
	slices.Sort(services)
	if want := []string{"ecr.api", "ecr.dkr", "logs", "s3"}; !slices.Equal(services, want) {
		t.Errorf("endpoints to %v, want %v", services, want)
	}
}

// serviceName is the name of the endpoint's service without what it begins with.
func serviceName(endpoint *template.Resource) string {
	_, name, _ := strings.Cut(template.Render(endpoint.Properties["ServiceName"]), "${AWS::Region}.")
	return name
}

// "Amazon ECR interface VPC endpoints", Amazon ECR User Guide, and the names that the CDK has
// where it knows the region.
func TestAnEndpointHasTheNameOfItsPartition(t *testing.T) {
	prefixes := map[string]map[string]string{
		"aws":        {"ecr.api": "com.amazonaws", "ecr.dkr": "com.amazonaws", "logs": "com.amazonaws"},
		"aws-cn":     {"ecr.api": "cn.com.amazonaws", "ecr.dkr": "cn.com.amazonaws", "logs": "com.amazonaws"},
		"aws-eusc":   {"ecr.api": "eu.amazonaws", "ecr.dkr": "eu.amazonaws", "logs": "com.amazonaws"},
		"aws-us-gov": {"ecr.api": "com.amazonaws", "ecr.dkr": "com.amazonaws", "logs": "com.amazonaws"},
	}
	for partition, want := range prefixes {
		got := map[string]string{}
		for _, endpoint := range prod.OfType("AWS::EC2::VPCEndpoint") {
			if endpoint.Properties["VpcEndpointType"] != "Interface" {
				continue
			}
			name := template.Render(endpoint.Properties["ServiceName"])
			for mapping, values := range prod.Mappings {
				reference := "${" + mapping + ".${AWS::Partition}.prefix}"
				name = strings.ReplaceAll(name, reference, values[partition]["prefix"])
			}
			got[serviceName(endpoint)], _, _ = strings.Cut(name, ".${AWS::Region}.")
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: the names begin with %v, want %v", partition, got, want)
		}
	}
}

func TestNoARNNamesAPartition(t *testing.T) {
	for environment, stack := range environments() {
		if found := regexp.MustCompile(`arn:aws[a-z-]*:[^"]*`).FindAll(stack.Text, -1); found != nil {
			t.Errorf("%s: got %q, want ${AWS::Partition} in each", environment, found)
		}
	}
}

// CloudFormation refuses a template that looks for a value that a mapping does not have.
func TestAPartitionWhoseNamesAreNotKnownIsRefused(t *testing.T) {
	known := []string{"aws", "aws-cn", "aws-eusc", "aws-us-gov"}
	for environment, stack := range everyKind(t) {
		if len(stack.Mappings) == 0 {
			t.Errorf("%s has no mapping by partition", environment)
		}
		for mapping, values := range stack.Mappings {
			if got := slices.Sorted(maps.Keys(values)); !slices.Equal(got, known) {
				t.Errorf("%s: %s has %q, want %q", environment, mapping, got, known)
			}
		}
	}
}

// Not every zone of every region has Fargate, and an id means one zone in every account.
func TestTheNetworkIsInTheZonesThatTheSettingsName(t *testing.T) {
	var zones []any
	for _, subnet := range of(t, pinned).OfType("AWS::EC2::Subnet") {
		zones = append(zones, subnet.Properties["AvailabilityZoneId"])
		if subnet.Properties["AvailabilityZone"] != nil {
			t.Errorf("%s has a zone's name besides its id", subnet.ID)
		}
	}
	if want := []any{"eun1-az2", "eun1-az3"}; !slices.Equal(zones, want) {
		t.Errorf("the subnets are in %v, want %v", zones, want)
	}
}

func TestDevGivesAJobAPublicAddressWithoutWhichItCannotPullItsImage(t *testing.T) {
	container := dev.only(t, "AWS::Batch::JobDefinition").Properties["ContainerProperties"].(map[string]any)
	if got := template.Render(container["NetworkConfiguration"]); got != `{"AssignPublicIp":"ENABLED"}` {
		t.Errorf("a job's network configuration is %s", got)
	}
}

func TestNothingGetsInFromOutside(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for _, group := range stack.OfType("AWS::EC2::SecurityGroup") {
			if group.Properties["SecurityGroupIngress"] != nil {
				t.Errorf("%s: %s lets in %v", environment, group.ID, template.Render(group.Properties["SecurityGroupIngress"]))
			}
		}
		for _, rule := range stack.OfType("AWS::EC2::SecurityGroupIngress") {
			if rule.Properties["SourceSecurityGroupId"] == nil {
				t.Errorf("%s: %s lets in more than a security group", environment, rule.ID)
			}
		}
		for _, subnet := range stack.OfType("AWS::EC2::Subnet") {
			if subnet.Properties["MapPublicIpOnLaunch"] != false {
				t.Errorf("%s: %s gives out public addresses", environment, subnet.ID)
			}
		}
	}
}

func TestNothingButHTTPSGetsOut(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for _, group := range stack.OfType("AWS::EC2::SecurityGroup") {
			var properties struct {
				SecurityGroupEgress []struct {
					IpProtocol       string
					FromPort, ToPort int
					CidrIp           string
				}
			}
			decode(t, group, &properties)
			for _, rule := range properties.SecurityGroupEgress {
				https := rule.IpProtocol == "tcp" && rule.FromPort == 443 && rule.ToPort == 443
				// The CDK writes "nothing" as a rule that matches no packet.
				nothing := rule.CidrIp == "255.255.255.255/32"
				if !https && !nothing {
					t.Errorf("%s: %s lets out %+v", environment, group.ID, rule)
				}
			}
		}
	}
}
