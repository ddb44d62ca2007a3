package contract_test

import (
	"slices"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestFurtherInputsAreNamedByTheColumnsWithTheirKeys(t *testing.T) {
	command := contract.Command{"join", "{in3}", "{in}", "x{in2}", "{in2}", "{{in4}}", "{in0}", "{in10}"}
	template, err := contract.ParseTemplate(command)
	if err != nil {
		t.Fatal(err)
	}
	if got := template.FurtherInputs(); !slices.Equal(got, []string{"{in2}", "{in3}"}) {
		t.Errorf("got %q", got)
	}
	if got := template.Columns(); !slices.Equal(got, []string{"key2", "key3"}) {
		t.Errorf("got the columns %q", got)
	}
	input := contract.Location{Bucket: "in", Prefix: "input/"}
	for key3, want := range map[string]bool{"input/c": true, "": false, "input/": false, "output/c": false} {
		columns := contract.NewColumns(map[string]string{"key2": "input/b", "key3": key3})
		if err := command.CheckColumns(input)(columns); (err == nil) != want {
			t.Errorf("%q: got %v", key3, err)
		}
	}
	if err := (contract.Command{"soffice", "{in...}", "{outdir}", "{in2}"}).Check(); err == nil {
		t.Error("want no further input in a command for many objects")
	}
	if err := (contract.Command{"sh", "-c", "cat {in2}"}).Check(); err != nil {
		t.Errorf("the path of a further input is safe in a shell: got %v", err)
	}
	if err := (contract.Command{"cat", "{in1}"}).Check(); err == nil {
		t.Error("want an error for {in1}")
	}
}

func TestTheSourceOfAnOutputIsAllThatItWasMadeOf(t *testing.T) {
	b, c := contract.FurtherInput{Key: "b", ETag: "1"}, contract.FurtherInput{Key: "c", ETag: "2"}
	changed, renamed := b, b
	changed.ETag, renamed.Key = "3", "d"
	seen := map[string]bool{}
	for _, further := range [][]contract.FurtherInput{nil, {b}, {c}, {b, c}, {c, b}, {changed}, {renamed}} {
		for _, eTag := range []string{"e", "f"} {
			source := contract.SourceETag(eTag, further)
			if source == "" || seen[source] {
				t.Errorf("%q and %+v: got %q, want one that no other has", eTag, further, source)
			}
			seen[source] = true
		}
	}
	if contract.SourceETag("e", nil) != "e" {
		t.Error("want the ETag alone without further inputs")
	}
	unknown := contract.FurtherInput{Key: "b"}
	if contract.SourceETag("", []contract.FurtherInput{b}) != "" || contract.SourceETag("e", []contract.FurtherInput{b, unknown}) != "" {
		t.Error("want nothing if an ETag is not known")
	}
}
