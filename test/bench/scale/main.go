package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"batchjobwithlambda/batch/contract"
)

// The bounds. A function has one core, and S3 answers as the stand-in does.
const (
	planningTime    = 3 * time.Minute
	planningMiB     = 512
	collectingTime  = 2 * time.Minute
	collectingMiB   = 512
	keysInAList     = 1000
	objectsInAShard = 1000
)

func main() {
	objects := flag.Int("objects", 10_000_000, "how many objects there are")
	chosen := flag.String("runs", "days,giant,inventory,collect", "what is run: plans by listing keys of the shapes flat, hashes, days, giant and long, a plan of an inventory, and collect")
	flag.Parse()
	folder, err := os.MkdirTemp("", "scale-")
	if err != nil {
		log.Fatal(err)
	}
	ok, err := run(folder, *objects, strings.Split(*chosen, ","))
	os.RemoveAll(folder)
	if err != nil {
		log.Fatal(err)
	}
	if !ok {
		os.Exit(1)
	}
}

func run(folder string, objects int, chosen []string) (bool, error) {
	if err := build(folder); err != nil {
		return false, err
	}
	all := true
	for _, name := range chosen {
		measure := func() (bool, error) { return plan(filepath.Join(folder, "preprocess"), name, objects) }
		switch name {
		case "inventory":
			measure = func() (bool, error) { return planInventory(folder, objects) }
		case "collect":
			measure = func() (bool, error) { return collect(filepath.Join(folder, "collect"), objects) }
		}
		ok, err := measure()
		if err != nil {
			return false, fmt.Errorf("%s: %w", name, err)
		}
		all = all && ok
	}
	return all, nil
}

func plan(program, name string, objects int) (bool, error) {
	keys, known := shapes[name]
	if !known {
		return false, fmt.Errorf("no such shape")
	}
	s := &standIn{keys: keys, objects: objects, small: map[string][]byte{}}
	settings := contract.PlanSettings{Bucket: "files", InputPrefix: "input/", MaxShards: contract.MaxArraySize, ShardBytes: 1 << 20}
	var got contract.Plan
	used, err := invoke(context.Background(), program, s, settings.Variables(),
		contract.PlanRequest{Run: "bench", Started: "2026-11-22T18:30:00Z", Input: contract.RawInput("{}")}, &got)
	if err != nil {
		return false, err
	}
	index, err := contract.ReadIndex(bytes.NewReader(s.small["runs/bench/manifest.index"]))
	if err != nil {
		return false, err
	}
	if got.Objects != int64(objects) || len(index) != got.Shards {
		return false, fmt.Errorf("planned %d objects in %d shards: there are %d", got.Objects, len(index), objects)
	}
	alone := time.Duration((objects+keysInAList-1)/keysInAList) * listing
	fmt.Printf("proof: plan %d objects, %s: %.1f s, %.1f of CPU (bound %v; one list at a time takes %v: %.2f of it), %d MiB (bound %d), %d lists of which %d for cuts, %d shards, manifest %d MB\n",
		objects, name, used.time.Seconds(), used.cpu.Seconds(), planningTime, alone, used.time.Seconds()/alone.Seconds(), used.peakMiB, planningMiB,
		s.lists.Load(), s.probes.Load(), got.Shards, s.written.Load()/1e6)
	return used.time <= planningTime && used.peakMiB <= planningMiB, nil
}

func collect(program string, objects int) (bool, error) {
	shards := min(objects/objectsInAShard, contract.MaxArraySize)
	s := &standIn{objects: objects / shards * shards, shards: shards, small: map[string][]byte{}}
	settings := contract.CollectSettings{Bucket: "files", Environment: "bench", Command: contract.Command{"true"}, ToleratedFailurePercentage: 1}
	run, err := contract.NewRun("files", "bench")
	if err != nil {
		return false, err
	}
	state, err := json.Marshal(contract.RunState{Plan: contract.Plan{BatchInput: contract.BatchInput{Manifest: run.Manifest().String(), Results: run.Results().String()}, Shards: shards, Objects: int64(s.objects)}})
	if err != nil {
		return false, err
	}
	var got contract.Summary
	used, err := invoke(context.Background(), program, s, settings.Variables(), contract.CollectRequest{
		Run: "bench", Execution: "arn:aws:states:eu-north-1:111122223333:execution:bench:bench", StateMachine: "arn:aws:states:eu-north-1:111122223333:stateMachine:bench",
		Started: "2026-11-22T18:30:00Z", State: state,
	}, &got)
	if err != nil {
		return false, err
	}
	var report contract.Report
	if err := json.Unmarshal(s.small["runs/bench/report.json"], &report); err != nil {
		return false, err
	}
	if report.Objects != int64(s.objects) || report.Failed != int64(s.objects/1000) || report.ShardsLost != 0 {
		return false, fmt.Errorf("the report has %d objects, %d failed and %d shards lost", report.Objects, report.Failed, report.ShardsLost)
	}
	alone := time.Duration(s.reads.Load()) * reading
	fmt.Printf("proof: collect %d results of %d shards: %.1f s, %.1f of CPU (bound %v; one read at a time takes %v: %.2f of it), %d MiB (bound %d), %d lists, %d reads\n",
		report.Objects, shards, used.time.Seconds(), used.cpu.Seconds(), collectingTime, alone, used.time.Seconds()/alone.Seconds(), used.peakMiB, collectingMiB, s.lists.Load(), s.reads.Load())
	return used.time <= collectingTime && used.peakMiB <= collectingMiB, nil
}
