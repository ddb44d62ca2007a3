package contract_test

import (
	"errors"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestARunKeepsItsFilesBelowItsOwnPrefix(t *testing.T) {
	run, err := contract.NewRun(contract.Location{Bucket: "files", Prefix: "team/runs/"}, "nightly-2026.11_22")
	if err != nil {
		t.Fatal(err)
	}
	const files = "s3://files/team/runs/nightly-2026.11_22/"
	if run.Location().String() != files {
		t.Errorf("got %s, want %s", run.Location(), files)
	}
	if run.Results().String() != files+"results/" {
		t.Errorf("got %s, want %sresults/", run.Results(), files)
	}
	for _, test := range []struct {
		got  contract.Address
		want string
	}{
		{run.Manifest(), "manifest.jsonl"},
		{contract.IndexAddress(run.Manifest()), "manifest.index"},
		{contract.ResultAddress(run.Results(), 9_999), "results/9999.jsonl"},
		{run.Report(), "report.json"},
		{run.Failed(), "failed.jsonl"},
	} {
		if test.got.String() != files+test.want {
			t.Errorf("got %s, want %s%s", test.got, files, test.want)
		}
		if again, err := contract.ParseAddress(files + test.want); err != nil || again != test.got {
			t.Errorf("%s: read as %+v and %v", test.want, again, err)
		}
	}
}

func TestTheNamesThatAreNoRunAreRefused(t *testing.T) {
	for _, name := range []string{"", ".", "..", ".hidden", "-rf", "a/b", "a b", "a\n", "übung", "a\x00", "$.x", strings.Repeat("a", 81)} {
		_, err := contract.NewRun(contract.Location{Bucket: "files"}, name)
		if invalid, ok := errors.AsType[*contract.InvalidInput](err); !ok || invalid.Field != "name" {
			t.Errorf("%q: got %v, want an InvalidInput of the name", name, err)
		}
	}
	// What Step Functions makes up when nobody names an execution.
	for _, name := range []string{"a", "_", "0b8ea5f3-8e2b-4c43-b0e4-0e1f9a1d7c11", strings.Repeat("a", 80)} {
		if _, err := contract.NewRun(contract.Location{Bucket: "files"}, name); err != nil {
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
