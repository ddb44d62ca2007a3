package contract_test

import (
	"errors"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestARunKeepsItsFilesBelowItsOwnPrefix(t *testing.T) {
	run, err := contract.NewRun("files", "nightly-2026.11_22")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		got  contract.Address
		want string
	}{
		{run.Manifest(), "s3://files/runs/nightly-2026.11_22/manifest.jsonl"},
		{contract.IndexAddress(run.Manifest()), "s3://files/runs/nightly-2026.11_22/manifest.index"},
		{run.Results(), "s3://files/runs/nightly-2026.11_22/results/"},
		{contract.ResultAddress(run.Results(), 9_999), "s3://files/runs/nightly-2026.11_22/results/9999.jsonl"},
		{run.Report(), "s3://files/runs/nightly-2026.11_22/report.json"},
		{run.Failed(), "s3://files/runs/nightly-2026.11_22/failed.jsonl"},
	} {
		if test.got.String() != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
		if !strings.HasPrefix(test.got.Key, run.Prefix()) {
			t.Errorf("%s is not below %s", test.got, run.Prefix())
		}
		if again, err := contract.ParseAddress(test.want); err != nil || again != test.got {
			t.Errorf("%s: read as %+v and %v", test.want, again, err)
		}
	}
}

func TestTheNamesThatAreNoRunAreRefused(t *testing.T) {
	for _, name := range []string{"", ".", "..", ".hidden", "-rf", "a/b", "a b", "a\n", "übung", "a\x00", "$.x", strings.Repeat("a", 81)} {
		_, err := contract.NewRun("files", name)
		if invalid, ok := errors.AsType[*contract.InvalidInput](err); !ok || invalid.Field != "name" {
			t.Errorf("%q: got %v, want an InvalidInput of the name", name, err)
		}
	}
	// What Step Functions makes up when nobody names an execution.
	for _, name := range []string{"a", "_", "0b8ea5f3-8e2b-4c43-b0e4-0e1f9a1d7c11", strings.Repeat("a", 80)} {
		if _, err := contract.NewRun("files", name); err != nil {
			t.Errorf("%q: got %v", name, err)
		}
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	for _, text := range []string{"", "s3://", "s3://files", "s3://files/", "s3:///key", "S3://files/key", "https://files/key", "files/key"} {
		if address, err := contract.ParseAddress(text); err == nil {
			t.Errorf("%q: read as %+v", text, address)
		}
	}
	if address, err := contract.ParseAddress("s3://files//a/../ b"); err != nil || address.Key != "/a/../ b" {
		t.Errorf("got %+v and %v, want the key as it is", address, err)
	}
}

func TestAnOutputsKeyIsTheInputsWithPrefixAndSuffixChanged(t *testing.T) {
	settings := contract.WorkSettings{InputPrefix: "input/", OutputPrefix: "output/", OutputSuffix: ".gz"}
	for key, want := range map[string]string{
		"input/a.txt":          "output/a.txt.gz",
		"input/input/a":        "output/input/a.gz",
		"input//":              "output//.gz",
		"input/../a\n😀":        "output/../a\n😀.gz",
		"input/":               "",
		"other/a":              "",
		"INPUT/a":              "",
		"":                     "",
		strings.Repeat("k", 9): "",
		"input/" + strings.Repeat("k", contract.MaxKeyBytes-len("output/.gz")):   "output/" + strings.Repeat("k", contract.MaxKeyBytes-len("output/.gz")) + ".gz",
		"input/" + strings.Repeat("k", contract.MaxKeyBytes-len("output/.gz")+1): "",
	} {
		got, err := settings.OutputKey(key)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%.40q: got %q and %v, want %q", key, got, err, want)
		}
	}
}
