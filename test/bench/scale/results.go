package main

import (
	"encoding/json"
	"fmt"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/program"
)

const (
	collectingSeconds = 120
	collectingMiB     = 512
	objectsInAShard   = 1000
)

// results collects as many results as there are objects.
func (b bench) results(sheet *figures.Sheet) error {
	shards := min(b.objects/objectsInAShard, contract.MaxArraySize)
	s := &standIn{objects: b.objects / shards * shards, shards: shards, small: map[string][]byte{}}
	settings := contract.CollectSettings{
		Input:       contract.Location{Bucket: runs.Bucket, Prefix: "input/"},
		Output:      contract.Location{Bucket: runs.Bucket, Prefix: "output/"},
		Runs:        runs,
		Environment: "bench",
		Pipeline:    "main",
	}
	run, err := contract.NewRun(runs, "bench")
	if err != nil {
		return err
	}
	state, err := json.Marshal(
		contract.RunState{
			Plan: contract.Plan{
				BatchInput: contract.BatchInput{Manifest: run.Manifest().String(), Results: run.Results().String()},
				Shards:     shards,
				Objects:    int64(s.objects),
			},
		},
	)
	if err != nil {
		return err
	}
	var got contract.Summary
	used, err := invoke(b.collect, s, settings.Variables(), contract.CollectRequest{
		Run:          "bench",
		Execution:    "arn:aws:states:eu-north-1:111122223333:execution:bench:bench",
		StateMachine: "arn:aws:states:eu-north-1:111122223333:stateMachine:bench",
		Started:      started,
		Job:          contract.Job{Command: []string{"true"}, ToleratedFailurePercentage: 1},
		State:        state,
	}, &got)
	if err != nil {
		return err
	}
	var report contract.Report
	if err := json.Unmarshal(s.small["runs/bench/report.json"], &report); err != nil {
		return err
	}
	if report.Objects != int64(s.objects) || report.Failed != int64(s.objects/1000) || report.ShardsLost != 0 {
		return fmt.Errorf(
			"the report has %d objects, %d failed and %d shards lost",
			report.Objects,
			report.Failed,
			report.ShardsLost,
		)
	}
	name := fmt.Sprintf("collect %d results of %d shards", report.Objects, shards)
	addCollecting(sheet, name, used, s)
	return nil
}

// addCollecting adds what collecting took to the sheet.
func addCollecting(sheet *figures.Sheet, name string, used program.Usage, s *standIn) {
	alone := time.Duration(s.reads.Load()) * reading
	sheet.AtMost(
		name+": time",
		figures.Series{used.Time.Seconds()},
		collectingSeconds,
		"s",
		fmt.Sprintf(
			"%.2f of the time of one read after the other; %.0f s of CPU, %d lists, %d reads",
			used.Time.Seconds()/alone.Seconds(),
			used.CPU.Seconds(),
			s.lists.Load(),
			s.reads.Load(),
		),
	)
	sheet.AtMost(
		name+": memory",
		figures.Series{float64(used.PeakMiB)},
		collectingMiB,
		"MiB",
		"does not grow with their number",
	)
}
