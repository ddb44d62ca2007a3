package test

import (
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/template"
)

// ofKind is the environment of the grid with the kind of network, Fargate Spot and its own data.
func ofKind(t *testing.T, network string) stack {
	t.Helper()
	return inGrid(t, network+"-fs-own")
}

// subnetsOf are the references to the subnets of the jobs.
func (s stack) subnetsOf(t *testing.T) []string {
	t.Helper()
	var environment struct{ ComputeResources struct{ Subnets []any } }
	decode(t, s.OfType("AWS::Batch::ComputeEnvironment")[0], &environment)
	var subnets []string
	for _, subnet := range environment.ComputeResources.Subnets {
		subnets = append(subnets, template.Render(subnet))
	}
	return subnets
}

func TestANATNetworkHasOneGatewayOrOneForEachZone(t *testing.T) {
	for network, want := range map[string]int{"nat": 1, "nat-zones": 2, "public": 0, "isolated": 0, "given": 0} {
		if got := len(ofKind(t, network).OfType("AWS::EC2::NatGateway")); got != want {
			t.Errorf("%s: got %d gateways, want %d", network, got, want)
		}
	}
}

func TestJobsOfANATNetworkGoOutByAGatewayAndToS3PastIt(t *testing.T) {
	for _, network := range []string{"nat", "nat-zones"} {
		s := ofKind(t, network)
		out, gateways := map[string]string{}, map[string]bool{}
		for _, r := range s.OfType("AWS::EC2::Route") {
			out[template.Render(r.Properties["RouteTableId"])] = template.Render(r.Properties["NatGatewayId"])
		}
		s3 := template.Render(s.only(t, "AWS::EC2::VPCEndpoint").Properties["RouteTableIds"])
		for _, association := range s.OfType("AWS::EC2::SubnetRouteTableAssociation") {
			if !slices.Contains(s.subnetsOf(t), template.Render(association.Properties["SubnetId"])) {
				continue
			}
			table := template.Render(association.Properties["RouteTableId"])
			gateways[out[table]] = true
			if !strings.HasPrefix(out[table], "${") {
				t.Errorf("%s: %s leads out by %q, want a gateway", network, association.ID, out[table])
			}
			if !strings.Contains(s3, strings.Trim(table, "${}")) {
				t.Errorf("%s: the endpoint of S3 is in %s, want it in %s too", network, s3, table)
			}
		}
		if want := len(s.OfType("AWS::EC2::NatGateway")); len(gateways) != want {
			t.Errorf("%s: the jobs use %d gateways, want %d", network, len(gateways), want)
		}
	}
}

func TestAllSubnetsOfANATNetworkAreInTheZonesThatTheSettingsName(t *testing.T) {
	zones := map[any]int{}
	for _, subnet := range ofKind(t, "nat-zones").OfType("AWS::EC2::Subnet") {
		zones[subnet.Properties["AvailabilityZoneId"]]++
	}
	if len(zones) != 2 || zones["eun1-az2"] != 2 || zones["eun1-az3"] != 2 {
		t.Errorf("the subnets are in %v, want two in each of eun1-az2 and eun1-az3", zones)
	}
}

func TestAnExistingNetworkIsUsedAndNotChanged(t *testing.T) {
	for network, want := range map[string]struct {
		subnets []string
		made    []string
	}{
		"given":      {[]string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"}, nil},
		"given-open": {[]string{"subnet-0123456789abcdef0"}, []string{"AWS::EC2::SecurityGroup"}},
	} {
		s := ofKind(t, network)
		var made []string
		for _, r := range s.Sorted() {
			if strings.HasPrefix(r.Type, "AWS::EC2::") {
				made = append(made, r.Type)
			}
		}
		if !slices.Equal(made, want.made) {
			t.Errorf("%s: the stack makes %v, want %v", network, made, want.made)
		}
		if got := s.subnetsOf(t); !slices.Equal(got, want.subnets) {
			t.Errorf("%s: the jobs are in %v, want %v", network, got, want.subnets)
		}
		if missing := s.manifest(t).Missing; missing != nil {
			t.Errorf("%s: a synthesis would ask AWS for %v", network, missing)
		}
	}
}

// A function gets no public address.
func TestFunctionsAreInTheNetworkUnlessItsWayOutIsAPublicAddress(t *testing.T) {
	for network, public := range map[string]bool{
		"public": true, "given-open": true, "isolated": false, "nat": false, "given": false,
	} {
		s := ofKind(t, network)
		want := map[bool]string{true: "ENABLED", false: "DISABLED"}[public]
		var job struct {
			ContainerProperties struct {
				NetworkConfiguration struct{ AssignPublicIp string }
			}
		}
		decode(t, s.only(t, "AWS::Batch::JobDefinition"), &job)
		if got := job.ContainerProperties.NetworkConfiguration.AssignPublicIp; got != want {
			t.Errorf("%s: public addresses of jobs are %s, want %s", network, got, want)
		}
		for _, function := range s.OfType("AWS::Lambda::Function") {
			if inside := function.Properties["VpcConfig"] != nil; inside == public {
				t.Errorf("%s: %s is in the network: %t, want %t", network, function.ID, inside, !public)
			}
		}
	}
}

func TestJobsFunctionsAndCommandsAreToldOfTheProxyButNotForTheirCredentials(t *testing.T) {
	s := ofKind(t, "given")
	want := map[string]string{
		"http_proxy":  "http://10.0.0.10:3128",
		"https_proxy": "http://10.0.0.10:3128",
		"no_proxy":    "169.254.170.2",
	}
	job := map[string]string{}
	for _, variable := range s.jobDefinition(t).ContainerProperties.Environment {
		job[variable.Name] = template.Render(variable.Value)
	}
	for name, value := range want {
		if job[name] != value || job["VARIABLE_"+name] != value {
			t.Errorf("the job has %s %q, its command %q, want %q", name, job[name], job["VARIABLE_"+name], value)
		}
		for _, function := range s.OfType("AWS::Lambda::Function") {
			variables := function.Properties["Environment"].(map[string]any)["Variables"].(map[string]any)
			if variables[name] != value {
				t.Errorf("%s has %s %q, want %q", function.ID, name, variables[name], value)
			}
		}
	}
}
