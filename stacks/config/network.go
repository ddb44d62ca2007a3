package config

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"batchjobwithlambda/stacks/limits"
)

// Network is where jobs run. Functions run there too, except where the way out is a public address,
// which a function does not get.
type Network struct {
	// Kind is public, isolated, nat or existing; default: public.
	Kind NetworkKind
	// Zones are the ids of the two zones of a new network, such as usw1-az1, where not all have Fargate; default: any.
	Zones []string
	// GatewayPerZone gives a nat network a gateway in each zone, so that it outlives the loss of one; default: false.
	GatewayPerZone bool
	// VPC is the id of an existing network, such as vpc-0123456789abcdef0; default: none.
	VPC string
	// Subnets are the ids of 1 to 16 subnets of an existing network; default: none.
	Subnets []string
	// SecurityGroups are the ids of up to 5 groups of an existing network; default: one that lets out HTTPS alone.
	SecurityGroups []string
	// PublicAddresses gives jobs the addresses that they need behind an existing internet gateway; default: false.
	PublicAddresses bool
	// Proxy is the address of a proxy in an existing network, such as http://10.0.0.10:3128; default: none.
	Proxy string
}

// NetworkKind is a kind of network.
type NetworkKind string

const (
	// Public gives a job a public address and no way in: nothing to pay for while idle.
	Public NetworkKind = "public"
	// Isolated has no route out, only endpoints to the services that a job and the
	// functions need: those cost by the hour.
	Isolated NetworkKind = "isolated"
	// NAT has private subnets with a way out and none in, by gateways that cost by the hour and by
	// the gigabyte. S3 is reached past them.
	NAT NetworkKind = "nat"
	// Existing is a network that is there already.
	Existing NetworkKind = "existing"
)

var (
	vpcPattern    = regexp.MustCompile(`^vpc-[0-9a-f]{8,17}$`)
	subnetPattern = regexp.MustCompile(`^subnet-[0-9a-f]{8,17}$`)
	groupPattern  = regexp.MustCompile(`^sg-[0-9a-f]{8,17}$`)
	zonePattern   = regexp.MustCompile(`^[a-z0-9]+-az\d+$`)
)

func (v *validator) checkNetwork(n Network) {
	kinds := []NetworkKind{Public, Isolated, NAT, Existing}
	v.check(slices.Contains(kinds, n.Kind), "Network.Kind", n.Kind, oneOf(kinds...))
	v.check(isZones(n.Zones), "Network.Zones", strings.Join(n.Zones, " "),
		"two zone ids such as use1-az1 and use1-az2, or none")
	v.check(n.Kind == NAT || !n.GatewayPerZone, "Network.GatewayPerZone", fmt.Sprint(n.GatewayPerZone),
		"false, unless Network.Kind is "+string(NAT))
	if n.Kind == Existing {
		v.checkExisting(n)
		return
	}
	unless := ", unless Network.Kind is " + string(Existing)
	v.check(n.VPC == "", "Network.VPC", n.VPC, "none"+unless)
	v.check(len(n.Subnets) == 0, "Network.Subnets", strings.Join(n.Subnets, " "), "none"+unless)
	v.check(len(n.SecurityGroups) == 0, "Network.SecurityGroups", strings.Join(n.SecurityGroups, " "), "none"+unless)
	v.check(!n.PublicAddresses, "Network.PublicAddresses", fmt.Sprint(n.PublicAddresses), "false"+unless)
	v.check(n.Proxy == "", "Network.Proxy", n.Proxy, "none"+unless)
}

func (v *validator) checkExisting(n Network) {
	v.check(len(n.Zones) == 0, "Network.Zones", strings.Join(n.Zones, " "), "none, because the subnets have theirs")
	v.check(vpcPattern.MatchString(n.VPC), "Network.VPC", n.VPC, "the id of a VPC such as vpc-0123456789abcdef0")
	v.check(len(n.Subnets) >= 1 && len(n.Subnets) <= limits.MaxSubnets && areIDs(n.Subnets, subnetPattern),
		"Network.Subnets", strings.Join(n.Subnets, " "),
		fmt.Sprintf("the ids of 1 to %d subnets such as subnet-0123456789abcdef0, each once", limits.MaxSubnets))
	v.check(len(n.SecurityGroups) <= limits.MaxSecurityGroups && areIDs(n.SecurityGroups, groupPattern),
		"Network.SecurityGroups", strings.Join(n.SecurityGroups, " "),
		fmt.Sprintf("the ids of up to %d groups such as sg-0123456789abcdef0, each once, or none", limits.MaxSecurityGroups))
	v.check(isProxy(n.Proxy), "Network.Proxy", n.Proxy, "http://HOST:PORT without a password, or none")
	v.check(n.Proxy == "" || len(n.SecurityGroups) > 0, "Network.Proxy", n.Proxy,
		"none without SecurityGroups, because the stack's own group lets out HTTPS alone")
}

// areIDs reports whether each text is another id.
func areIDs(texts []string, id *regexp.Regexp) bool {
	for i, text := range texts {
		if !id.MatchString(text) || slices.Contains(texts[:i], text) {
			return false
		}
	}
	return true
}

// isZones reports whether there is a zone id for each of the network's zones, or none. A name
// such as us-east-1a is another zone in another account.
func isZones(zones []string) bool {
	return len(zones) == 0 || len(zones) == 2 && areIDs(zones, zonePattern)
}

// isProxy refuses a password, which would stand in the template.
func isProxy(text string) bool {
	address, err := url.Parse(text)
	return text == "" || err == nil && address.Scheme == "http" && address.Hostname() != "" && address.Port() != "" &&
		*address == url.URL{Scheme: address.Scheme, Host: address.Host}
}
