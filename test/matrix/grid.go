package main

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"

	"batchjobwithlambda/stacks/config"
	"batchjobwithlambda/test/inprocess"
)

// What is combined in the grid, by short names: kinds of networks, of machines, and of places for
// data.
var (
	networks = map[string]config.Network{
		"public":   {},
		"isolated": {Kind: config.Isolated},
		"nat":      {Kind: config.NAT},
		"given": {
			Kind:           config.Existing,
			VPC:            "vpc-0123456789abcdef0",
			Subnets:        []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"},
			SecurityGroups: []string{"sg-0123456789abcdef0"},
			Proxy:          "http://10.0.0.10:3128",
		},
	}
	machines = map[string]config.Compute{
		"fs": {Kind: config.FargateSpot, MaxOnDemandVCPUs: 4},
		"f":  {Kind: config.Fargate},
		"es": {Kind: config.EC2Spot, MaxOnDemandVCPUs: 4},
		"e":  {Kind: config.EC2, Instances: []string{"c7gd", "m7g.xlarge"}},
	}
	data = map[string]config.Pipeline{
		"own":  {},
		"lent": {Input: lent.Pipelines[0].Input, Output: lent.Pipelines[0].Output},
	}
)

// variants are what a kind may be besides, each with one combination of the others.
var variants = []config.Environment{
	environment("nat-zones-fs-own", config.Network{
		Kind:           config.NAT,
		GatewayPerZone: true,
		Zones:          []string{"eun1-az2", "eun1-az3"},
	}, machines["fs"], data["own"]),
	environment("given-open-fs-own", givenOpen, machines["fs"], data["own"]),
	environment("given-open-es-own", givenOpen, machines["es"], data["own"]),
	environment("isolated-gpu-own", networks["isolated"], config.Compute{
		Kind:      config.EC2Spot,
		Instances: []string{"g5", "g6"},
		DiskGiB:   200,
	}, config.Pipeline{
		Job: config.Job{Architecture: config.X86, VCPU: 4, GPUs: 1},
	}),
	environment("isolated-starts-own", networks["isolated"], machines["fs"], config.Pipeline{
		Schedule: starting.Pipelines[0].Schedule,
		Arrivals: starting.Pipelines[0].Arrivals,
	}),
}

// givenOpen is an existing network with an internet gateway.
var givenOpen = config.Network{
	Kind:            config.Existing,
	VPC:             "vpc-0123456789abcdef0",
	Subnets:         []string{"subnet-0123456789abcdef0"},
	PublicAddresses: true,
}

// grid are environments with each kind of network, of machines and of places for data, and with
// their variants.
func grid() []config.Environment {
	all := variants
	for _, network := range slices.Sorted(maps.Keys(networks)) {
		for _, machine := range slices.Sorted(maps.Keys(machines)) {
			for _, place := range slices.Sorted(maps.Keys(data)) {
				name := network + "-" + machine + "-" + place
				all = append(all, environment(name, networks[network], machines[machine], data[place]))
			}
		}
	}
	return all
}

// environment is one of the grid. All that costs by the month is on, so that it is combined too.
func environment(name string, in config.Network, on config.Compute, pipeline config.Pipeline) config.Environment {
	pipeline.Command = []string{"cat"}
	pipeline.MonthlyDollars = 100
	return config.Environment{
		Name:      name,
		Network:   in,
		Compute:   on,
		Security:  config.Security{CustomerKey: true, AuditLogs: true},
		Retention: config.Retention{KeepData: true, Versioned: true},
		Alarms:    true,
		Tags:      map[string]string{"team": "blue"},
		Pipelines: []config.Pipeline{pipeline},
	}
}

// synthesizeGrid synthesizes the grid, each environment into a folder of its name.
func synthesizeGrid(folder string) (err error) {
	synthesizer, err := inprocess.New("cdk.json")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, synthesizer.Close()) }()
	for _, environment := range grid() {
		if _, err := synthesizer.Synthesize(environment, filepath.Join(folder, environment.Name)); err != nil {
			return err
		}
	}
	return nil
}
