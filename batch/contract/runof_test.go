package contract_test

import (
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestAManifestTellsItsRun(t *testing.T) {
	for _, prefix := range []string{"", "runs/", "/", "team/runs/", "runs/runs/"} {
		run := contract.Run{Runs: contract.Location{Bucket: "files", Prefix: prefix}, ID: "nightly-2026.11_22"}
		if got, err := contract.RunOf(run.Manifest()); err != nil || got != run {
			t.Errorf("%q: got %+v, %v, want %+v", prefix, got, err, run)
		}
	}
}

func TestWhatIsNoManifestTellsNoRun(t *testing.T) {
	for _, key := range []string{
		"", "manifest.jsonl", "/manifest.jsonl", "runs/", "runs/a", "runs/a/", "runs//manifest.jsonl",
		"runs/../manifest.jsonl", "runs/a/failed.jsonl", "runs/a/manifest.jsonl/", "runs/a/xmanifest.jsonl",
	} {
		if got, err := contract.RunOf(contract.Address{Bucket: "files", Key: key}); err == nil {
			t.Errorf("%q: got %+v, want an error", key, got)
		}
	}
}
