package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/statemachine"
)

func makeFile(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
}

// runFolder runs the stack of dev over a folder's files, and returns what it prints.
func runFolder(t *testing.T, in, out, input string) (statemachine.Result, string) {
	t.Helper()
	return dev.runFolder(t, in, out, input)
}

func (s stack) runFolder(t *testing.T, in, out, input string) (statemachine.Result, string) {
	t.Helper()
	return s.runOptions(t, options{in: in, out: out, input: input})
}

func (s stack) runOptions(t *testing.T, o options) (statemachine.Result, string) {
	t.Helper()
	var printed bytes.Buffer
	if err := o.check(); err != nil {
		t.Fatal(err)
	}
	result, err := o.run(t.Context(), s, t.TempDir(), &printed)
	if err != nil {
		t.Fatal(err)
	}
	return result, printed.String()
}

// files are the contents of a folder's files, by their paths in it.
func files(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	contents := map[string][]byte{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		contents[name], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return contents
}

func gunzip(t *testing.T, content []byte) []byte {
	t.Helper()
	reader, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func onlyReport(t *testing.T, out string) contract.Report {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(out, "runs", "*", "report.json"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("got the reports %q (%v), want one", paths, err)
	}
	text, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	return decodeReport(t, text)
}

func TestEverySampleFilesOutputGunzippedIsTheFile(t *testing.T) {
	out := t.TempDir()
	result, printed := runFolder(t, "sample", out, `{}`)
	if result.Status != statemachine.Succeeded {
		t.Fatalf("the execution ended %s:\n%s", result.Status, printed)
	}
	inputs, outputs := files(t, "sample"), files(t, filepath.Join(out, "output"))
	bytesIn, bytesOut := 0, 0
	for name, want := range inputs {
		compressed, ok := outputs[name+".gz"]
		if !ok || !bytes.Equal(gunzip(t, compressed), want) {
			t.Errorf("the output of %q is not the file, or is not there", name)
		}
		bytesIn, bytesOut = bytesIn+len(want), bytesOut+len(compressed)
	}
	if len(outputs) != len(inputs) || len(inputs) < 24 {
		t.Errorf("there are %d outputs of %d files", len(outputs), len(inputs))
	}
	report := onlyReport(t, out)
	if report.Done != int64(len(inputs)) || report.BytesIn != int64(bytesIn) || report.BytesOut != int64(bytesOut) ||
		report.Shards < 2 {
		t.Errorf(
			"%d files, %d bytes in and %d bytes out are on the disk, the report is %+v",
			len(inputs),
			bytesIn,
			bytesOut,
			report,
		)
	}
}

func TestARunSaysWhatHappensAndWhereItsFilesAre(t *testing.T) {
	out := t.TempDir()
	_, printed := runFolder(t, "sample", out, `{}`)
	for _, want := range []string{
		"46 files", "Generate batch job input", "Submit Batch Array Job", "submitted", "running", "outputs,", "Notify Success",
		"[dev/main] SUCCEEDED", "46 done, 0 skipped, 0 failed", filepath.Join(out, "output"), "report.json", filepath.Join(out, "logs"),
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("it does not say %q:\n%s", want, printed)
		}
	}
}

func TestASecondRunIntoTheSameFolderSkipsWhatIsThere(t *testing.T) {
	out := t.TempDir()
	runFolder(t, "sample", out, `{}`)
	if err := os.Remove(filepath.Join(out, "output", "empty.txt.gz")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, "output", "tables", "prices.tsv.gz"), []byte("edited"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, printed := runFolder(t, "sample", out, `{}`)
	for _, want := range []string{"2 done, 0 skipped, 0 failed", "44 done by earlier runs"} {
		if !strings.Contains(printed, want) {
			t.Errorf("it does not say %q:\n%s", want, printed)
		}
	}
}

func TestAnInputIsHandedToTheExecution(t *testing.T) {
	_, printed := runFolder(t, "sample", t.TempDir(), `{"prefix":"letters/"}`)
	if want := "9 done, 0 skipped, 0 failed"; !strings.Contains(printed, want) {
		t.Errorf("it does not say %q:\n%s", want, printed)
	}
}

func TestARunStartsFromTheInventoryThatARunOfProdSaysIsThere(t *testing.T) {
	out := t.TempDir()
	_, printed := prod.runFolder(t, "sample", out, `{"prefix":"letters/"}`)
	_, input, _ := strings.Cut(printed, "-input '")
	input, _, _ = strings.Cut(input, "'")
	_, printed = prod.runFolder(t, "sample", out, input)
	for _, want := range []string{"37 done, 0 skipped, 0 failed", "9 done by earlier runs"} {
		if !strings.Contains(input, "inventory") || !strings.Contains(printed, want) {
			t.Errorf("with the input %s it does not say %q:\n%s", input, want, printed)
		}
	}
}

func TestARunStartsFromAListOfTheFolderOfLists(t *testing.T) {
	lists := t.TempDir()
	list := "key\ninput/tables/prices.tsv\ninput/empty.txt\n"
	if err := os.WriteFile(filepath.Join(lists, "two.csv"), []byte(list), 0o666); err != nil {
		t.Fatal(err)
	}
	o := options{in: "sample", out: t.TempDir(), input: `{"prefix":"letters/"}`, lists: lists}
	_, printed := dev.runOptions(t, o)
	_, location, _ := strings.Cut(printed, lists+" are below ")
	location, _, _ = strings.Cut(location, "\n")
	o.input = `{"list":"` + location + `two.csv"}`
	if _, printed = dev.runOptions(t, o); !strings.Contains(printed, "2 done, 0 skipped, 0 failed") {
		t.Errorf("with the input %s it says\n%s", o.input, printed)
	}
}

func TestWhatCannotBeRunIsSaidAtOnce(t *testing.T) {
	var printed bytes.Buffer
	code := run(t.Context(), []string{"-in", "nowhere", "-input", "{", "-lists", "neither"}, io.Discard, &printed)
	if code != exitNotRun {
		t.Errorf("it ended with %d, want %d", code, exitNotRun)
	}
	for _, want := range []string{"-in", "-out", "-input", "-lists"} {
		if !strings.Contains(printed.String(), want) {
			t.Errorf("it does not say that %s is wrong:\n%s", want, printed.String())
		}
	}
}

func TestOutputsMayNotBecomeInputs(t *testing.T) {
	in := t.TempDir()
	for out, refused := range map[string]bool{in: true, filepath.Join(in, "out"): true, in + "put": false, filepath.Dir(in): false} {
		if err := (options{in: in, out: out, input: "{}"}).check(); (err != nil) != refused {
			t.Errorf("-out %q inside -in %q: got error %v", out, in, err)
		}
	}
}
