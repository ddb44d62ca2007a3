package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

var resizing = contract.Job{Command: []string{"resize", "{in}", "{column.width}", "{out}"}}

const ofList = `{"list":"s3://workspace/lists/a.csv"}`

// putList puts a list of the pipeline's.
func (w fixture) putList(t *testing.T, name, content string) {
	t.Helper()
	if _, err := w.files.Put(runBucket, "lists/"+name, strings.NewReader(content), nil); err != nil {
		t.Fatal(err)
	}
}

func width(value string) contract.Columns {
	return contract.NewColumns(map[string]string{"width": value})
}

func TestARunOfAListHasItsObjectsAsTheyAreWithTheirColumns(t *testing.T) {
	w := newFixture(t)
	a := put(t, w.files, "input/a", "12345")
	w.put(t, "input/b", "input/c")
	w.putList(t, "a.csv", "width,key\n9,input/gone\n400,input/a\n")
	plan, err := w.askOf(t, resizing, ofList)
	if err != nil || plan.Origin.Source != contract.SourceList || plan.Origin.Address != "s3://workspace/lists/a.csv" {
		t.Fatalf("got %+v and %v", plan, err)
	}
	want := []contract.Object{
		{Key: "input/a", Size: 5, ETag: a, Columns: width("400")},
		{Key: "input/gone", Columns: width("9")}, // Which the job says by its name.
	}
	if got := slices.Concat(w.planned(t, "demo")...); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestALongListIsPlannedInTheOrderOfItsKeysAndFiltered(t *testing.T) {
	w := newFixture(t)
	var list strings.Builder
	list.WriteString("key,width\n")
	var want []string
	for i := range 2*askedTogether + 10 {
		fmt.Fprintf(&list, "input/%05d,%d\n", 99999-i, i)
		want = append(want, fmt.Sprintf("input/%05d", 99999-i))
	}
	slices.Sort(want)
	w.putList(t, "a.csv", list.String())
	w.put(t, want[:3]...)
	plan, err := w.askOf(t, resizing, `{"list":"s3://workspace/lists/a.csv","exclude":["99999"],"limit":2005}`)
	if err != nil || plan.Origin.LeftOut != 0 || !plan.Origin.Limited {
		t.Fatalf("got %+v and %v", plan, err)
	}
	if got := keys(w.planned(t, "demo")); !slices.Equal(got, want[:2005]) {
		t.Errorf("got %d keys, want 2005 in order", len(got))
	}
}

func TestAListWithoutColumnsIsForAnyCommand(t *testing.T) {
	w := newFixture(t)
	w.put(t, "input/a", "input/b")
	w.putList(t, "a.jsonl", `{"key":"input/b"}`)
	w.mustPlan(t, "demo", `{"list":"s3://workspace/lists/a.jsonl"}`)
	if got := keys(w.planned(t, "demo")); !slices.Equal(got, []string{"input/b"}) {
		t.Errorf("got %q", got)
	}
}

func TestAListThatCannotBeUsedIsRefusedByItsLineBeforeAnythingIsWritten(t *testing.T) {
	long := strings.Repeat("1", contract.MaxCommandBytes)
	for _, test := range []struct{ list, want string }{
		{"key\ninput/a\n", `(line 1: column "width" is missing`},
		{"key,width,height\n", `(line 1: unknown column "height"`},
		{"key,width\n,1\n", "(line 2: the key is empty"},
		{"key,width\noutput/a,1\n", `(line 2: key: got "output/a", want one below s3://files/input/`},
		{"key,width\ninput/,1\n", `(line 2: key: got "input/"`},
		{"key,width\ninput/a,1\ninput/b," + long + "\n", "(line 3: command"},
		{"key,width\ninput/a,1\ninput/b,\x00\n", "(line 3: command argument"},
		{"key,width\ninput/b,1\ninput/a,1\ninput/b,2\n", `(line 4: it has the key "input/b" of line 2`},
		{"key,width\ninput/a\n", "(line 2: the row has 1 cells, want 2"},
	} {
		w := newFixture(t)
		w.put(t, "input/a", "input/b")
		w.putList(t, "a.csv", test.list)
		_, err := w.askOf(t, resizing, ofList)
		wantInvalid(t, err, "list", test.want)
		w.wantNothingWritten(t)
	}
	w := newFixture(t)
	w.putList(t, "a.csv", "key,key2\ninput/a,input/b\ninput/b,output/c\n")
	_, err := w.askOf(t, contract.Job{Command: []string{"join", "{in}", "{in2}"}}, ofList)
	wantInvalid(t, err, "list", `(line 3: column "key2": key: got "output/c", want one below s3://files/input/`)
	_, err = newFixture(t).askOf(t, resizing, ofList)
	wantInvalid(t, err, "list", "want the address of a list that is there")
}

func TestOnlyAListSaysWhatACommandUsesOfIt(t *testing.T) {
	w := newFixture(t)
	w.put(t, "input/a")
	for _, input := range []string{`{}`, `{"prefix":"a"}`, `{"objects":["input/a"]}`} {
		_, err := w.askOf(t, resizing, input)
		wantInvalid(t, err, "list", `list that has the column "width"`)
	}
	w.wantNothingWritten(t)
}

func TestARerunOfAListHasItsColumns(t *testing.T) {
	w := newFixture(t)
	w.put(t, "input/a")
	failed := contract.Object{Key: "input/a", Size: 3, ETag: "e", Kind: contract.FailedExit, Reason: "r", Columns: width("400")}
	put(t, w.files, "runs/earlier/failed.jsonl", string(contract.AppendObject(nil, failed)))
	const rerun = `{"manifest":"s3://workspace/runs/earlier/failed.jsonl"}`
	if _, err := w.askOf(t, resizing, rerun); err != nil {
		t.Fatal(err)
	}
	failed.Reason = ""
	if got := slices.Concat(w.planned(t, "demo")...); !slices.Equal(got, []contract.Object{failed}) {
		t.Errorf("got %+v, want %+v", got, failed)
	}
	other := newFixture(t)
	failed.Columns = ""
	put(t, other.files, "runs/earlier/failed.jsonl", string(contract.AppendObject(nil, failed)))
	_, err := other.askOf(t, resizing, rerun)
	wantInvalid(t, err, "manifest", `key "input/a": it has no column "width"`)
}
