package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// newFilesJob returns a job whose command makes a file of each word of an object.
func newFilesJob(t *testing.T, fault fault) *testJob {
	t.Helper()
	if fault == nil {
		fault = func(w http.ResponseWriter, r *http.Request, s3 http.Handler) { s3.ServeHTTP(w, r) }
	}
	j := newJobWith(t, fault)
	j.command = []string{"sh", "-c", `for w in $(cat); do [ $w != fails ] || exit 3; printf $w > "$1/$w.txt"; done`, "sh", "{outdir}"}
	j.variables["OUTPUT_SUFFIX"] = ""
	return j
}

const listOfA = "output/_outputs/a.json"

// list is the list of the outputs of the object.
func (j *testJob) list(name string) contract.OutputList {
	j.t.Helper()
	text, err := j.s3.Read(outBucket, "output/_outputs/"+name+".json")
	if err != nil {
		j.t.Fatal(err)
	}
	var list contract.OutputList
	if err := json.Unmarshal(text, &list); err != nil {
		j.t.Fatal(err)
	}
	return list
}

// wantList compares the list of the outputs of a, and that each is there.
func (j *testJob) wantList(want contract.OutputList) {
	j.t.Helper()
	got := j.list("a")
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		j.t.Errorf("got the list %+v, want %+v", got, want)
	}
	for _, output := range got.Outputs {
		if object, ok := j.s3.Get(outBucket, output.Key); !ok || object.Size != output.Size {
			j.t.Errorf("%s is %v in the list, and %+v in S3", output.Key, output, object)
		}
	}
}

func listed(words ...string) []contract.ListedOutput {
	outputs := []contract.ListedOutput{}
	for _, word := range words {
		outputs = append(outputs, contract.ListedOutput{Key: "output/a/" + word + ".txt", Size: int64(len(word))})
	}
	return outputs
}

func TestEveryFileInTheFolderIsAnOutputAndTheirListIsWrittenLast(t *testing.T) {
	j := newFilesJob(t, nil)
	a := j.put("a", "two one three")
	j.wantResults(done("a", 13, 11))
	j.wantList(contract.OutputList{
		Complete: true, Object: "input/a", ETag: a.ETag, Run: "first", Outputs: listed("one", "three", "two"),
	})
	var puts []string
	for _, r := range j.requests {
		if key := keyOf(r); r.Method == http.MethodPut && strings.HasPrefix(key, "output/") {
			puts = append(puts, key)
		}
	}
	if len(puts) != 4 || puts[3] != listOfA {
		t.Errorf("written were %q, want the list once, and last", puts)
	}
	want := map[string]string{
		contract.MetadataSourceETag: a.ETag,
		contract.MetadataCommand:    contract.Command(j.command).String(),
		contract.MetadataRun:        "first",
	}
	output, _ := j.s3.Get(outBucket, "output/a/one.txt")
	if !maps.Equal(output.Metadata, want) {
		t.Errorf("got the metadata %q, want %q", output.Metadata, want)
	}
}

func TestOutputsOfAFolderAreStoredAsTheSettingsSayAndTheirListCanBeReadAtOnce(t *testing.T) {
	j := newFilesJob(t, nil)
	j.variables["STORE_CLASS"] = "DEEP_ARCHIVE"
	j.variables["STORE_TAGS"] = "team=blue"
	j.variables["STORE_INPUT_METADATA"] = "true"
	j.putWith("a", "one", map[string]string{"origin": "scan"})
	for range 2 {
		j.finish()
		output, _ := j.s3.Get(outBucket, "output/a/one.txt")
		list, _ := j.s3.Get(outBucket, listOfA)
		if output.Attributes.StorageClass != "DEEP_ARCHIVE" || output.Metadata["origin"] != "scan" {
			t.Errorf("the output is stored as %+v with %v", output.Attributes, output.Metadata)
		}
		if list.Attributes.StorageClass != "" || list.Attributes.Tags["team"] != "blue" {
			t.Errorf("the list is stored as %+v", list.Attributes)
		}
		j.objects[0].ETag = ""
	}
}

func TestFoldersInTheFolderArePartOfTheKey(t *testing.T) {
	j := newFilesJob(t, nil)
	j.command = []string{"sh", "-c", `mkdir -p "$1/d/e" "$1/empty"; cat > "$1/d/e/ f é.png"; : > "$1/d.txt"`, "sh", "{outdir}"}
	j.variables["OUTPUT_SUFFIX"] = ".parts"
	j.put("x/a", "content")
	j.wantResults(done("x/a", 7, 7))
	want := []string{"output/_outputs/x/a.parts.json", "output/x/a.parts/d.txt", "output/x/a.parts/d/e/ f é.png"}
	if got := j.s3.Keys(outBucket, ""); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAFolderOfOutputsIsFoundByItsList(t *testing.T) {
	made := done("a", 7, 6)
	skipped := contract.Result{Key: "input/a", Status: contract.Skipped}
	for name, test := range map[string]struct {
		change func(*testJob)
		want   contract.Result
		again  bool
	}{
		"another attempt of the run counts it as done": {func(*testJob) {}, made, false},
		"another run skips it":                         {func(j *testJob) { j.asRun("second") }, skipped, false},
		"an output is not asked for": {func(j *testJob) {
			j.asRun("second")
			j.s3.Delete(outBucket, "output/a/one.txt")
		}, skipped, false},
		"a list that is not complete": {func(j *testJob) {
			j.putOnly(listOfA, string(contract.OutputList{}.Encode()))
		}, made, true},
		"no list":                         {func(j *testJob) { j.s3.Delete(outBucket, listOfA) }, made, true},
		"another command":                 {func(j *testJob) { j.command = append(j.command, "another") }, made, true},
		"a run that is to make all again": {func(j *testJob) { j.objects[0].ETag = "" }, made, true},
	} {
		t.Run(name, func(t *testing.T) {
			j := newFilesJob(t, nil)
			j.put("a", "one two")
			j.wantResults(made)
			test.change(j)
			before := j.count(http.MethodPut, "output/a/")
			j.wantResults(test.want)
			if again := j.count(http.MethodPut, "output/a/") > before; again != test.again {
				t.Errorf("made again: %v, want %v", again, test.again)
			}
		})
	}
}

func TestTheListNamesOnlyTheOutputsOfTheLastVersion(t *testing.T) {
	j := newFilesJob(t, nil)
	j.put("a", "one two")
	j.finish()
	j.objects = nil
	j.asRun("second")
	a := j.put("a", "one three")
	j.wantResults(done("a", 9, 8))
	j.wantList(contract.OutputList{
		Complete: true, Object: "input/a", ETag: a.ETag, Run: "second", Outputs: listed("one", "three"),
	})
	if _, ok := j.s3.Get(outBucket, "output/a/two.txt"); !ok {
		t.Error("an output of the earlier version was deleted")
	}
}

func TestACommandThatFailsLeavesTheOutputsOfTheVersionBefore(t *testing.T) {
	j := newFilesJob(t, nil)
	before := j.put("a", "one two")
	j.finish()
	j.objects = nil
	j.asRun("second")
	j.put("a", "three fails")
	j.wantResults(failed("a", contract.FailedExit, 3, "exit code 3"))
	j.wantList(contract.OutputList{
		Complete: true, Object: "input/a", ETag: before.ETag, Run: "first", Outputs: listed("one", "two"),
	})
}

// replacesOne is whether the request replaces the output that both versions of a have.
func replacesOne(r *http.Request) bool {
	return r.Method == http.MethodPut && keyOf(r) == "output/a/one.txt"
}

func TestNoListIsCompleteWhileItsOutputsAreReplaced(t *testing.T) {
	var complete []bool
	var j *testJob
	j = newFilesJob(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		s3.ServeHTTP(w, r)
		if _, ok := j.s3.Get(outBucket, listOfA); ok && replacesOne(r) {
			complete = append(complete, j.list("a").Complete)
		}
	})
	j.put("a", "one two")
	j.finish()
	j.objects = nil
	j.put("a", "one three")
	j.finish()
	if !slices.Equal(complete, []bool{false}) {
		t.Errorf("while an output was replaced, the list was complete: %v, want once false", complete)
	}
	if !j.list("a").Complete {
		t.Error("the list is not complete in the end")
	}
}

func TestAnOutputThatS3RefusesFailsItsObjectAloneAndLeavesNoCompleteList(t *testing.T) {
	j := newFilesJob(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if r.Method == http.MethodPut && keyOf(r) == "output/b/refused.txt" {
			answer(w, http.StatusForbidden, "AccessDenied")
			return
		}
		s3.ServeHTTP(w, r)
	})
	for _, name := range []string{"a", "b", "c"} {
		j.put(name, "one two")
	}
	j.finish()
	j.objects = nil
	j.asRun("second")
	for _, name := range []string{"a", "b", "c"} {
		j.put(name, "one refused three")
	}
	wantOnlyFailure(t, j.finish(), contract.FailedRefused)
	for name, want := range map[string]bool{"a": true, "b": false, "c": true} {
		if got := j.list(name).Complete; got != want {
			t.Errorf("the list of %s is complete: %v", name, got)
		}
	}
	j.wantCleanedUp()
}

func TestOutputsThatS3CannotHaveFailTheirObjectAloneBeforeAnyIsSent(t *testing.T) {
	folder := strings.Repeat("d", 205)
	j := newFilesJob(t, nil)
	j.command = []string{"sh", "-c", `cd "$1"; case $OBJECT_KEY in */deep) d=` + folder + `; mkdir -p $d/$d/$d/$d/$d; : > $d/$d/$d/$d/$d/f;; esac; : > a`, "sh", "{outdir}"}
	for _, name := range []string{"_outputs/a", "a", "deep", strings.Repeat("k", contract.MaxKeyBytes-len("output/_outputs/.json")+1)} {
		j.put(name, "")
	}
	want := []string{
		"output the outputs would be below s3://out/output/_outputs/, which is for lists of outputs",
		" ",
		"too-large the output's key would have 1043 bytes: S3 allows 1024",
		"too-large the output's key would have 1025 bytes: S3 allows 1024",
	}
	for i, got := range j.finish() {
		if got := string(got.Kind) + " " + got.Reason; got != want[i] {
			t.Errorf("got %q, want %q", got, want[i])
		}
	}
	if got, want := j.s3.Keys(outBucket, ""), []string{"output/_outputs/a.json", "output/a/a"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	j.wantCleanedUp()
}

func TestSeveralFilesOfAnObjectAreSentAtOnceAndNoMoreThanMayBe(t *testing.T) {
	const files = 200
	var mu sync.Mutex
	var arrived, most int
	all := make(chan struct{})
	j := newFilesJob(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if strings.HasPrefix(keyOf(r), "output/a/") {
			mu.Lock()
			arrived++
			if most++; most == filesAtOnce {
				close(all)
			}
			mu.Unlock()
			<-all // Or the test hangs: nobody comes to the list before.
		}
		s3.ServeHTTP(w, r)
	})
	j.command = []string{"sh", "-c", `i=0; while [ $i -lt 200 ]; do : > "$1/$i"; i=$((i+1)); done`, "sh", "{outdir}"}
	j.put("a", "")
	j.finish()
	if arrived != files || len(j.list("a").Outputs) != files {
		t.Errorf("%d files were sent, and %d listed", arrived, len(j.list("a").Outputs))
	}
}

func TestStandardOutputIsNoOutputBesideAFolder(t *testing.T) {
	j := newFilesJob(t, nil)
	j.command = []string{"sh", "-c", `echo said; [ $OBJECT_KEY = input/b ] || cat > "$1/x"`, "sh", "{outdir}"}
	j.put("a", "content")
	j.put("b", "content")
	j.wantResults(
		done("a", 7, 7),
		failed("b", contract.FailedOutput, 0, "the command succeeded without making a file in {outdir}: said"),
	)
}
