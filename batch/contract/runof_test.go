package contract_test

import (
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestAManifestTellsItsRun(t *testing.T) {
	run := contract.Run{Bucket: "files", ID: "nightly-2026.11_22"}
	if got, err := contract.RunOf(run.Manifest()); err != nil || got != run {
		t.Errorf("got %+v, %v, want %+v", got, err, run)
	}
}

func TestWhatIsNoManifestTellsNoRun(t *testing.T) {
	for _, key := range []string{
		"", "manifest.jsonl", "runs/", "runs/a", "runs/a/", "runs//manifest.jsonl", "runs/../manifest.jsonl", "a/manifest.jsonl",
		"runs/a/b/manifest.jsonl", "runs/a/failed.jsonl", "runs/a/manifest.jsonl/", "runs/runs/a/manifest.jsonl", "xruns/a/manifest.jsonl",
	} {
		if got, err := contract.RunOf(contract.Address{Bucket: "files", Key: key}); err == nil {
			t.Errorf("%q: got %+v, want an error", key, got)
		}
	}
}
