package config_test

import (
	"slices"
	"testing"

	"batchjobwithlambda/stacks/config"
)

// ids are n ids that begin alike.
func ids(kind string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = kind + "-0123456789abcde" + string(rune('a'+i%6)) + string(rune('0'+i/6))
	}
	return all
}

func existing() config.Network {
	return config.Network{
		Kind:           config.Existing,
		VPC:            "vpc-0123456789abcdef0",
		Subnets:        ids("subnet", 2),
		SecurityGroups: ids("sg", 1),
		Proxy:          "http://proxy.example.com:3128",
	}
}

func TestEveryKindOfNetworkIsValid(t *testing.T) {
	all := []config.Network{
		{},
		{Kind: config.Public, Zones: []string{"use1-az1", "use1-az2"}},
		{Kind: config.Isolated},
		{Kind: config.NAT, GatewayPerZone: true},
		existing(),
		{Kind: config.Existing, VPC: "vpc-01234567", Subnets: ids("subnet", 16), PublicAddresses: true},
	}
	for _, network := range all {
		environment := valid()
		environment.Network = network
		if err := environment.Validate("file.go"); err != nil {
			t.Errorf("%+v: %v", network, err)
		}
	}
}

// Each name begins with the field that the error must be about, and about nothing else.
func TestWhatIsWrongInANetworkIsRefused(t *testing.T) {
	for name, change := range map[string]func(*config.Network){
		"Kind: unknown":                     func(n *config.Network) { *n = config.Network{Kind: "private"} },
		"Zones: one":                        func(n *config.Network) { *n = config.Network{Zones: []string{"use1-az1"}} },
		"Zones: by name":                    func(n *config.Network) { *n = config.Network{Zones: []string{"us-east-1a", "us-east-1b"}} },
		"Zones: the same twice":             func(n *config.Network) { *n = config.Network{Zones: []string{"use1-az1", "use1-az1"}} },
		"Zones: of an existing network":     func(n *config.Network) { n.Zones = []string{"use1-az1", "use1-az2"} },
		"GatewayPerZone: without gateways":  func(n *config.Network) { *n = config.Network{GatewayPerZone: true} },
		"GatewayPerZone: existing":          func(n *config.Network) { n.GatewayPerZone = true },
		"VPC: none":                         func(n *config.Network) { n.VPC = "" },
		"VPC: a name":                       func(n *config.Network) { n.VPC = "shared" },
		"VPC: of a network to be made":      func(n *config.Network) { *n = config.Network{VPC: "vpc-0123456789abcdef0"} },
		"Subnets: none":                     func(n *config.Network) { n.Subnets = nil },
		"Subnets: seventeen":                func(n *config.Network) { n.Subnets = ids("subnet", 17) },
		"Subnets: the same twice":           func(n *config.Network) { n.Subnets = slices.Repeat(ids("subnet", 1), 2) },
		"Subnets: a zone":                   func(n *config.Network) { n.Subnets = []string{"use1-az1"} },
		"Subnets: of a network to be made":  func(n *config.Network) { *n = config.Network{Subnets: ids("subnet", 1)} },
		"SecurityGroups: six":               func(n *config.Network) { n.SecurityGroups = ids("sg", 6) },
		"SecurityGroups: a name":            func(n *config.Network) { n.SecurityGroups = []string{"default"} },
		"SecurityGroups: of a new network":  func(n *config.Network) { *n = config.Network{SecurityGroups: ids("sg", 1)} },
		"PublicAddresses: of a new network": func(n *config.Network) { *n = config.Network{PublicAddresses: true} },
		"Proxy: of a new network":           func(n *config.Network) { *n = config.Network{Proxy: "http://10.0.0.10:3128"} },
		"Proxy: past the stack's own group": func(n *config.Network) { n.SecurityGroups = nil },
		"Proxy: no port":                    func(n *config.Network) { n.Proxy = "http://10.0.0.10" },
		"Proxy: no address":                 func(n *config.Network) { n.Proxy = "10.0.0.10:3128" },
		"Proxy: a password":                 func(n *config.Network) { n.Proxy = "http://me:secret@10.0.0.10:3128" },
		"Proxy: a path":                     func(n *config.Network) { n.Proxy = "http://10.0.0.10:3128/x" },
	} {
		t.Run(name, func(t *testing.T) {
			environment := valid()
			environment.Network = existing()
			change(&environment.Network)
			wantErrorAbout(t, environment, ": ", "Network."+name)
		})
	}
}

func TestABucketInAnotherRegionIsRefusedWhereOnlyOneRegionCanBeReached(t *testing.T) {
	environment := valid()
	environment.Network = config.Network{Kind: config.Isolated}
	environment.Pipelines[0].Input = config.Place{Bucket: "photos", Region: "eu-west-1"}
	wantErrorAbout(t, environment, "Pipelines[0].", "Input.Region: with an isolated network")
}
