package edits

import (
	"net/netip"
	"testing"

	"batchjobwithlambda/stacks/config"
	"batchjobwithlambda/test/template"
)

// subnets are the addresses of the subnets, by their VPCs and their ids.
func subnets(t *template.Template) map[string]map[string]netip.Prefix {
	all := map[string]map[string]netip.Prefix{}
	for _, r := range t.OfType("AWS::EC2::Subnet") {
		vpc := template.Render(r.Properties["VpcId"])
		if all[vpc] == nil {
			all[vpc] = map[string]netip.Prefix{}
		}
		all[vpc][r.ID] = netip.MustParsePrefix(r.Properties["CidrBlock"].(string))
	}
	return all
}

// CloudFormation makes the new subnets before it deletes the old ones, and AWS refuses a subnet
// with addresses that another of its VPC has.
func TestAnotherKindOfNetworkMakesNoSubnetWithTheAddressesOfOneThatIsThere(t *testing.T) {
	kinds := map[string]config.Network{
		"public":    {},
		"isolated":  {Kind: config.Isolated},
		"nat":       {Kind: config.NAT},
		"nat-zones": {Kind: config.NAT, GatewayPerZone: true},
	}
	of := func(kind string) *template.Template {
		e := edited
		e.Network = kinds[kind]
		return templateOf(t, "kind "+kind, e)
	}
	for from := range kinds {
		for to := range kinds {
			for vpc, made := range subnets(of(to)) {
				there := subnets(of(from))[vpc]
				for id, addresses := range made {
					for other, taken := range there {
						inPlace := id == other && addresses == taken
						if !inPlace && addresses.Overlaps(taken) {
							t.Errorf("%s to %s: %s is to have %s, and %s has %s", from, to, id, addresses, other, taken)
						}
					}
				}
			}
		}
	}
}
