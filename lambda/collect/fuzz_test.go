package main

import (
	"encoding/json"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// The state is what the state machine sends; the files are what planner and jobs left.
func FuzzWhateverIsThereEachObjectCountsOnceOrThereIsNoReport(f *testing.F) {
	const manifest = `{"key":"input/a","size":1}` + "\n" + `{"key":"input/b","size":2}` + "\n"
	index := string(
		contract.AppendIndexEntry(nil, contract.IndexEntry{Length: int64(len(manifest)), Objects: 2, Bytes: 3}),
	)
	const result = `{"key":"input/a","status":"done","bytes_in":1,"bytes_out":1}` + "\n" + `{"key":"input/b","status":"failed","reason":"x"}` + "\n"
	const state = `{"batch_input":{"manifest":"s3://workspace/runs/demo/manifest.jsonl"},"shards":1,"objects":2,"bytes":3}`
	f.Add(state, manifest, index, result)
	for _, broken := range []string{``, `null`, `[]`, `{}`, `{"Error":"x"}`, `{"Error":1}`, `{"shards":-1}`, state[:40], `{"batch_input":{"manifest":"s3://workspace/runs/demo/manifest.jsonl"},"job_error":{}}`} {
		f.Add(broken, manifest, index, result)
	}
	for _, broken := range []string{``, manifest + manifest, manifest[:30], "\x00", manifest[27:] + manifest[:27]} {
		f.Add(state, broken, index, result)
	}
	for _, broken := range []string{``, index + index, index[1:], index[:len(index)-1]} {
		f.Add(state, manifest, broken, result)
	}
	for _, broken := range []string{``, result + result, result[:len(result)-1], result[61:] + result[:61], "{}\n", "\xff"} {
		f.Add(state, manifest, index, broken)
	}
	f.Fuzz(func(t *testing.T, state, manifest, index, result string) {
		w := newFixture(t)
		put(t, w.files, "runs/demo/manifest.jsonl", manifest)
		put(t, w.files, "runs/demo/manifest.index", index)
		put(t, w.files, "runs/demo/results/0.jsonl", result)
		_, err := w.handle(t.Context(), request(state))
		_, written := w.files.Get(runBucket, "runs/demo/report.json")
		if !written { // Refused, or a planning that failed.
			return
		}
		var report contract.Report
		if jsonErr := json.Unmarshal(
			[]byte(read(t, w.files, "runs/demo/report.json")),
			&report,
		); err != nil ||
			jsonErr != nil {
			t.Fatalf("there is a report, and got %v and %v", err, jsonErr)
		}
		planned, _, err := parseState(json.RawMessage(state))
		if err != nil {
			t.Fatal(err)
		}
		if report.Objects != planned.Objects || report.Objects != report.Done+report.Skipped+report.Failed {
			t.Errorf("%d objects were planned, and the report is %+v", planned.Objects, report)
		}
	})
}
