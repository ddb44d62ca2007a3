package main

import (
	"archive/zip"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/statemachine"
)

const exampleText = "one\ntwo\nthree\nfour\nfive\n"

// openExamples deploys the examples, with the programs of testdata, and returns their pipelines by
// their names.
func openExamples(t *testing.T) map[string]*pipeline {
	t.Helper()
	t.Setenv("SECRET_SIGNING_KEY", "s3cr3t")
	programs, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", programs+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return openNamed(t, examples)
}

func TestEachExampleOfThePageOnProgramsRuns(t *testing.T) {
	pipelines := openExamples(t)
	signature := hmac.New(sha256.New, []byte("s3cr3t"))
	fmt.Fprint(signature, exampleText)
	for _, test := range []struct {
		pipeline, input string
		want            map[string]string
		read            func(t *testing.T, output string) string
	}{
		{"pack", `{}`, map[string]string{"d/a.txt.zip": "a.txt: " + exampleText}, unzipped},
		{"compress", `{"parameters":{"level":"9"}}`, map[string]string{"d/a.txt.gz": exampleText}, unpacked},
		{"convert", `{}`, map[string]string{"d/a.txt.pdf": "a pdf of a.txt: " + exampleText}, asItIs},
		{"match", `{}`, map[string]string{"d/a.txt.matches": "two\nfour\n"}, asItIs},
		{"sign", `{}`, map[string]string{"d/a.txt.hmac": fmt.Sprintf("%x", signature.Sum(nil))}, firstWord},
		{"split", `{"parameters":{"lines":"2"}}`, map[string]string{
			"d/a.txt.parts/part-aa": "one\ntwo\n",
			"d/a.txt.parts/part-ab": "three\nfour\n",
			"d/a.txt.parts/part-ac": "five\n",
			"_outputs/d/a.txt.parts.json": "complete: true output/d/a.txt.parts/part-aa" +
				" output/d/a.txt.parts/part-ab output/d/a.txt.parts/part-ac",
		}, listedOrText},
	} {
		t.Run(test.pipeline, func(t *testing.T) {
			p := pipelines[test.pipeline]
			p.put(t, map[string]string{"d/a.txt": exampleText})
			p.putFile(t, "words.txt", "two\nfour\n")
			p.wantStatus(t, p.run(t, test.pipeline, test.input), statemachine.Succeeded, "")
			p.wantCounts(t, test.pipeline, 1, 0, 0)
			got := p.outputs(t)
			for key, output := range got {
				got[key] = test.read(t, output)
			}
			if !maps.Equal(got, test.want) {
				t.Errorf("got the outputs %q, want %q", got, test.want)
			}
			again := test.pipeline + "-again"
			p.wantStatus(t, p.run(t, again, test.input), statemachine.Succeeded, "")
			p.wantCounts(t, again, 0, 1, 0)
		})
	}
}

// unzipped is the name and the content of each file in an archive.
func unzipped(t *testing.T, output string) string {
	t.Helper()
	archive, err := zip.NewReader(strings.NewReader(output), int64(len(output)))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, packed := range archive.File {
		file, err := packed.Open()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, "%s: ", packed.Name)
		if _, err := io.Copy(&text, file); err != nil {
			t.Fatal(err)
		}
	}
	return text.String()
}

func unpacked(t *testing.T, output string) string {
	t.Helper()
	return string(gunzip(t, []byte(output)))
}

func asItIs(_ *testing.T, output string) string { return output }

func firstWord(_ *testing.T, output string) string { return strings.Fields(output)[0] }

// listedOrText is the output, or what it says if it is a list of outputs.
func listedOrText(t *testing.T, output string) string {
	t.Helper()
	if !strings.HasPrefix(output, "{") {
		return output
	}
	var list contract.OutputList
	if err := json.Unmarshal([]byte(output), &list); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("complete: %v", list.Complete)
	for _, listed := range list.Outputs {
		text += " " + listed.Key
	}
	return text
}

func TestABatchOfTheLocalRunNamesTheGuiltyObject(t *testing.T) {
	p := openExamples(t)["convert"]
	p.put(t, map[string]string{"d/a.txt": "one", "e/a.txt": "broken", "f/a.txt": "three"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, contract.ErrorObjects)
	p.wantCounts(t, "run", 2, 0, 1)
	failure := p.report(t, "run").FirstFailures[0]
	if failure.Key != p.Input.Prefix+"e/a.txt" || failure.Reason != "exit code 1: Error: source file could not be loaded" {
		t.Errorf("got %+v", failure)
	}
}

func TestTheExampleOfAListRunsAndItsRerunHasTheColumns(t *testing.T) {
	p := openExamples(t)["choose"]
	p.put(t, map[string]string{"sales.csv": "a,b,c\n1,2,3\n", "stock.csv": "d,e\n4,5\n", "other.csv": "x\n"})
	list := func(fields string) string {
		return p.putList(t, "fields.csv", "key,fields\n"+p.Input.Prefix+"sales.csv,\"1,3\"\n"+p.Input.Prefix+"stock.csv,"+fields+"\n")
	}
	p.wantStatus(t, p.run(t, "first", list("0")), statemachine.Failed, contract.ErrorObjects)
	p.wantCounts(t, "first", 1, 0, 1)
	p.wantStatus(t, p.run(t, "rerun", string(p.report(t, "first").Rerun())), statemachine.Failed, contract.ErrorObjects)
	p.wantCounts(t, "rerun", 0, 0, 1)
	p.wantStatus(t, p.run(t, "mended", list("2")), statemachine.Succeeded, "")
	p.wantCounts(t, "mended", 1, 1, 0)
	if got, want := p.outputs(t), map[string]string{"sales.csv.csv": "a,c\n1,3\n", "stock.csv.csv": "e\n5\n"}; !maps.Equal(got, want) {
		t.Errorf("got the outputs %q, want %q", got, want)
	}
	p.wantStatus(t, p.run(t, "all", `{}`), statemachine.Failed, contract.ErrorInvalidInput)
}

func TestTheExampleOfAFurtherInputRunsAndIsMadeAgainWhenThatChanges(t *testing.T) {
	p := openExamples(t)["join"]
	p.put(t, map[string]string{"orders.csv": "1,a\n2,b\n", "customers.csv": "1,Ada\n2,Bo\n"})
	list := p.putList(t, "pairs.jsonl", fmt.Sprintf(`{"key":"%[1]sorders.csv","key2":"%[1]scustomers.csv"}`, p.Input.Prefix))
	p.wantStatus(t, p.run(t, "first", list), statemachine.Succeeded, "")
	p.wantStatus(t, p.run(t, "again", list), statemachine.Succeeded, "")
	p.wantCounts(t, "again", 0, 1, 0)
	p.put(t, map[string]string{"customers.csv": "1,Eve\n2,Bo\n"})
	p.wantStatus(t, p.run(t, "changed", list), statemachine.Succeeded, "")
	p.wantCounts(t, "changed", 1, 0, 0)
	if got, want := p.outputs(t), map[string]string{"orders.csv.csv": "1,a,Eve\n2,b,Bo\n"}; !maps.Equal(got, want) {
		t.Errorf("got the outputs %q, want %q", got, want)
	}
}
