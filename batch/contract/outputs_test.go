package contract_test

import (
	"errors"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

var outputs = contract.Outputs{
	Input:  contract.Location{Bucket: "in", Prefix: "input/"},
	Output: contract.Location{Bucket: "out", Prefix: "output/"},
	Suffix: ".gz",
}

// longName is the longest name of an object whose address has the ending.
func longName(ending string) string {
	return strings.Repeat("k", contract.MaxKeyBytes-len("output/"+ending))
}

func TestAnOutputsKeyIsTheInputsWithPrefixAndSuffixChanged(t *testing.T) {
	for key, want := range map[string]string{
		"input/a.txt":                    "output/a.txt.gz",
		"input/input/a":                  "output/input/a.gz",
		"input//":                        "output//.gz",
		"input/../a\n😀":                  "output/../a\n😀.gz",
		"input/":                         "",
		"other/a":                        "",
		"INPUT/a":                        "",
		"":                               "",
		strings.Repeat("k", 9):           "",
		"input/_outputs/a":               "output/_outputs/a.gz",
		"input/" + longName(".gz"):       "output/" + longName(".gz") + ".gz",
		"input/" + longName(".gz") + "k": "",
	} {
		got, err := outputs.Address(key)
		if got.Key != want || (err != nil) != (want == "") || err == nil && got.Bucket != "out" {
			t.Errorf("%.40q: got %v and %v, want %q", key, got, err, want)
		}
	}
}

func TestAFolderOfOutputsHasAListThatIsNoOutputOfAny(t *testing.T) {
	folders := outputs
	folders.InFolders = true
	for key, want := range map[string]string{
		"input/a/b.pdf":                          "output/_outputs/a/b.pdf.gz.json",
		"input/":                                 "",
		"other/a":                                "",
		"input/a/":                               "output/_outputs/a/.gz.json",
		"input/_outputs":                         "output/_outputs/_outputs.gz.json",
		"input/_outputs/a":                       "", // Its outputs would be among the lists.
		"input/" + longName("_outputs/.gz.json"): "output/_outputs/" + longName("_outputs/.gz.json") + ".gz.json",
		"input/" + longName("_outputs/.gz.json") + "k": "",
	} {
		got, err := folders.Address(key)
		if got.Key != want || (err != nil) != (want == "") {
			t.Errorf("%.40q: got %v and %v, want %q", key, got, err, want)
		}
		if err != nil {
			continue
		}
		if name, ok := folders.Location().Name(got.Key); !ok || name == "" {
			t.Errorf("%q is not below %v", got.Key, folders.Location())
		}
		file, err := folders.File(key, "x")
		if err != nil || strings.HasPrefix(file.Key, folders.Location().Prefix) {
			t.Errorf("%q: got the output %v and %v, want one that is not among the lists", key, file, err)
		}
	}
	folders.Suffix = ""
	if got, err := folders.Address("input/_outputs"); err == nil {
		t.Errorf("got %v, want an error", got)
	}
}

func TestAnOutputInAFolderIsBelowTheObjectsPath(t *testing.T) {
	for name, want := range map[string]string{
		"page-1.png":                  "output/a/b.pdf.gz/page-1.png",
		"d/e":                         "output/a/b.pdf.gz/d/e",
		longName("a/b.pdf.gz/"):       "output/a/b.pdf.gz/" + longName("a/b.pdf.gz/"),
		longName("a/b.pdf.gz/") + "k": "",
		"not UTF-8 \xff":              "",
	} {
		got, err := outputs.File("input/a/b.pdf", name)
		if got.Key != want && err == nil || (err != nil) != (want == "") {
			t.Errorf("%.40q: got %v and %v, want %q", name, got, err, want)
		}
	}
	_, err := outputs.File("input/a", longName(""))
	if tooLong, ok := errors.AsType[contract.KeyTooLongError](err); !ok || int(tooLong) != contract.MaxKeyBytes+len("a.gz/") {
		t.Errorf("got %v", err)
	}
	if _, err := outputs.File("other/a", "x"); err == nil {
		t.Error("want an error for an object that is not below the input")
	}
}

func TestTheBytesOfOutputsAreInTheMetadataOfTheirList(t *testing.T) {
	list := contract.OutputList{Outputs: []contract.ListedOutput{{Key: "a", Size: 3}, {Key: "b", Size: 4}}}
	for _, test := range []struct {
		inFolders bool
		metadata  map[string]string
		want      int64
	}{
		{true, list.Metadata("", ""), 7},
		{true, nil, 100},
		{false, list.Metadata("", ""), 100}, // Which a command may carry over from its input.
	} {
		if got := (contract.Outputs{InFolders: test.inFolders}).Bytes(100, test.metadata); got != test.want {
			t.Errorf("%+v: got %d", test, got)
		}
	}
}
