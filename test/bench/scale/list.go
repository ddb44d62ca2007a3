package main

import (
	"bytes"
	"fmt"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/bench/figures"
)

const (
	inputPrefix  = "input/"
	outputPrefix = "output/"

	planningSeconds = 180
	planningMiB     = 512
	keysInAList     = 1000
)

var runs = contract.Location{Bucket: "files", Prefix: "runs/"}

var planSettings = contract.PlanSettings{
	Input:           contract.Location{Bucket: "files", Prefix: inputPrefix},
	Output:          contract.Location{Bucket: "files", Prefix: outputPrefix},
	Runs:            runs,
	InventoryBucket: "inventories",
	MaxShards:       contract.MaxArraySize,
	ShardTime:       10 * time.Minute,
	ShardBytes:      1 << 20,
}

// planRequest asks for a plan of the input.
func planRequest(input string) contract.PlanRequest {
	return contract.PlanRequest{Run: "bench", Started: started, Input: contract.RawInput(input)}
}

// list plans the objects with keys of the shape, by listing them.
func (b bench) list(sheet *figures.Sheet, name string) error {
	keys, known := shapes[name]
	if !known {
		return fmt.Errorf("no such shape")
	}
	s := &standIn{keys: keys, objects: b.objects, small: map[string][]byte{}}
	var got contract.Plan
	used, err := invoke(b.preprocess, s, planSettings.Variables(), planRequest("{}"), &got)
	if err != nil {
		return err
	}
	index, err := contract.ReadIndex(bytes.NewReader(s.small["runs/bench/manifest.index"]))
	if err != nil {
		return err
	}
	if got.Objects != int64(b.objects) || len(index) != got.Shards {
		return fmt.Errorf("planned %d objects in %d shards: there are %d", got.Objects, len(index), b.objects)
	}
	alone := time.Duration((b.objects+keysInAList-1)/keysInAList) * listing
	name = fmt.Sprintf("plan %d objects, %s", b.objects, name)
	sheet.AtMost(
		name+": time",
		figures.Series{used.Time.Seconds()},
		planningSeconds,
		"s",
		fmt.Sprintf(
			"%.2f of the time of one list after the other; %.0f s of CPU, %d lists of which %d for cuts",
			used.Time.Seconds()/alone.Seconds(),
			used.CPU.Seconds(),
			s.lists.Load(),
			s.probes.Load(),
		),
	)
	sheet.AtMost(
		name+": memory",
		figures.Series{float64(used.PeakMiB)},
		planningMiB,
		"MiB",
		fmt.Sprintf("the manifest has %d MB", s.written.Load()/1e6),
	)
	return nil
}
