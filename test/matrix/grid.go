package main

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"

	"batchjobwithlambda/stacks/config"
	"batchjobwithlambda/test/inprocess"
)

// What is combined in the grid, by short names: those of networks, and of places for data.
var (
	networks = map[string]config.Network{
		"public":   {},
		"isolated": {Kind: config.Isolated},
		"nat":      {Kind: config.NAT},
		"nat-zones": {
			Kind:           config.NAT,
			GatewayPerZone: true,
			Zones:          []string{"eun1-az2", "eun1-az3"},
		},
		"given": {
			Kind:           config.Existing,
			VPC:            "vpc-0123456789abcdef0",
			Subnets:        []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"},
			SecurityGroups: []string{"sg-0123456789abcdef0"},
			Proxy:          "http://10.0.0.10:3128",
		},
		"given-open": {
			Kind:            config.Existing,
			VPC:             "vpc-0123456789abcdef0",
			Subnets:         []string{"subnet-0123456789abcdef0"},
			PublicAddresses: true,
		},
	}
	data = map[string]config.Pipeline{
		"own":  {},
		"lent": {Input: lent.Pipelines[0].Input, Output: lent.Pipelines[0].Output},
	}
)

// grid are environments with each kind of network and each place for data. All that costs by the
// month is on, so that it is combined with them too.
func grid() []config.Environment {
	var environments []config.Environment
	for _, kind := range slices.Sorted(maps.Keys(networks)) {
		for _, place := range slices.Sorted(maps.Keys(data)) {
			pipeline := data[place]
			pipeline.Command = []string{"cat"}
			environments = append(environments, config.Environment{
				Name:      kind + "-" + place,
				Network:   networks[kind],
				Security:  config.Security{CustomerKey: true, AuditLogs: true},
				Retention: config.Retention{KeepData: true},
				Alarms:    true,
				Pipelines: []config.Pipeline{pipeline},
			})
		}
	}
	return environments
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
