package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects/objectstest"
)

// The same filter means the same, whichever source the objects come from.
func TestAFilterNarrowsEverySource(t *testing.T) {
	w := newFixture(t)
	small := []string{"input/2026/a.csv", "input/2026/b.txt", "input/2026/tmp/a.csv", "input/a.csv"}
	w.put(t, small...)
	put(t, w.files, "input/2026/empty.csv", "")
	put(t, w.files, "input/2026/large.csv", strings.Repeat("x", 1000))
	all := append([]string{"input/2026/empty.csv", "input/2026/large.csv"}, small...)
	slices.Sort(all)
	var listed []contract.Object
	var quoted []string
	var lines []byte
	for _, key := range all {
		object, _ := w.files.Get(inputBucket, key)
		listed = append(listed, contract.Object{Key: key, Size: object.Size})
		lines = contract.AppendObject(lines, listed[len(listed)-1])
		quoted = append(quoted, fmt.Sprintf("%q", key))
	}
	put(t, w.files, "runs/old/failed.jsonl", string(lines))
	w.putReport(t, listed...)

	const filter = `"include":["2026/**"],"exclude":["**/tmp/**","**/*.txt"],"min_size":1,"max_size":999`
	for name, source := range map[string]string{
		"everything": ``,
		"prefix":     `"prefix":"2026/",`,
		"objects":    `"objects":[` + strings.Join(quoted, ",") + `],`,
		"manifest":   `"manifest":"s3://workspace/runs/old/failed.jsonl",`,
		"inventory":  strings.Trim(ofInventory, "{}") + `,`,
	} {
		plan := w.mustPlan(t, name, `{`+source+filter+`}`)
		if got, want := keys(w.planned(t, name)), []string{"input/2026/a.csv"}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		want := int64(len(all) - 1)
		if name == "prefix" {
			want-- // What is not below it was never looked at.
		}
		if plan.Objects != 1 || plan.Origin.LeftOut != want {
			t.Errorf("%s: got %+v, want one object, and %d left out", name, plan, want)
		}
	}
}

func TestOnlyWhatWasModifiedSinceIsTakenFromEverySource(t *testing.T) {
	w := newFixture(t)
	w.put(t, "input/a", "input/b")
	put(t, w.files, "runs/old/failed.jsonl", `{"key":"input/a","size":1}`+"\n"+`{"key":"input/b","size":1}`+"\n")
	w.putReport(t, contract.Object{Key: "input/a", Size: 1}, contract.Object{Key: "input/b", Size: 1})
	for name, source := range map[string]string{
		"everything": ``,
		"objects":    `"objects":["input/a","input/b"],`,
		"manifest":   `"manifest":"s3://workspace/runs/old/failed.jsonl",`,
		"inventory":  strings.Trim(ofInventory, "{}") + `,`,
	} {
		for since, want := range map[string]int64{"2000-01-01T00:00:00Z": 2, "2100-01-01T00:00:00+01:00": 0} {
			plan := w.mustPlan(t, name+since[:4], `{`+source+`"modified_since":"`+since+`"}`)
			if plan.Objects != want || plan.Origin.LeftOut != 2-want {
				t.Errorf("%s since %s: got %+v, want %d objects", name, since, plan, want)
			}
		}
	}
}

// The job says by name what became of it.
func TestAnObjectOfAManifestThatIsGoneIsLeftToTheJobWhateverTheTimeAskedFor(t *testing.T) {
	w := newFixture(t)
	put(t, w.files, "runs/old/failed.jsonl", `{"key":"input/gone","size":1}`+"\n")
	w.mustPlan(t, "demo", `{"manifest":"s3://workspace/runs/old/failed.jsonl","modified_since":"2100-01-01T00:00:00Z"}`)
	if got, want := keys(w.planned(t, "demo")), []string{"input/gone"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAManifestOfWhichTheTimesCannotBeAskedForIsNoPlan(t *testing.T) {
	w := newFixture(t, objectstest.Refuse(http.MethodHead, "/a", http.StatusInternalServerError))
	w.put(t, "input/a")
	put(t, w.files, "runs/old/failed.jsonl", `{"key":"input/a","size":1}`+"\n")
	const input = `{"manifest":"s3://workspace/runs/old/failed.jsonl","modified_since":"2000-01-01T00:00:00Z"}`
	if plan, err := w.ask(t, "demo", input); err == nil {
		t.Errorf("got %+v, want an error", plan)
	}
	w.wantNothingWritten(t, "runs/old/failed.jsonl")
}

func TestTheTimesOfALongManifestAreAskedForInItsOrder(t *testing.T) {
	w := newFixture(t)
	var lines []byte
	var want []string
	for i := range 2*askedTogether + 1 {
		key := fmt.Sprintf("input/%05d", i)
		want = append(want, key)
		lines = contract.AppendObject(lines, contract.Object{Key: key, Size: 1})
	}
	w.put(t, want[:10]...) // The rest is gone, which takes two requests each.
	put(t, w.files, "runs/old/failed.jsonl", string(lines))
	w.mustPlan(t, "demo", `{"manifest":"s3://workspace/runs/old/failed.jsonl","modified_since":"2100-01-01T00:00:00Z"}`)
	if got := keys(w.planned(t, "demo")); !slices.Equal(got, want[10:]) {
		t.Errorf("got %d keys, want the %d of which no time is known, in order", len(got), len(want)-10)
	}
}

func TestALimitTakesTheFirstObjectsOfEverySource(t *testing.T) {
	w := newFixture(t)
	w.put(t, "input/a", "input/b.txt", "input/c", "input/d")
	put(t, w.files, "runs/old/failed.jsonl", `{"key":"input/b.txt","size":1}`+"\n"+`{"key":"input/c","size":1}`+"\n"+`{"key":"input/d","size":1}`+"\n")
	w.putReport(t, contract.Object{Key: "input/c", Size: 1}, contract.Object{Key: "input/d", Size: 1})
	for name, source := range map[string]string{
		"everything": ``,
		"objects":    `"objects":["input/d","input/c","input/b.txt"],`,
		"manifest":   `"manifest":"s3://workspace/runs/old/failed.jsonl",`,
		"inventory":  strings.Trim(ofInventory, "{}") + `,`,
	} {
		plan := w.mustPlan(t, name, `{`+source+`"exclude":["a","*.txt"],"limit":1}`)
		if got, want := keys(w.planned(t, name)), []string{"input/c"}; !slices.Equal(got, want) || !plan.Origin.Limited {
			t.Errorf("%s: got %q and %+v, want %q, and that there are more", name, got, plan, want)
		}
	}
	if plan := w.mustPlan(t, "enough", `{"limit":4}`); plan.Objects != 4 || plan.Origin.Limited {
		t.Errorf("got %+v, want all objects, and no word of a limit", plan)
	}
}

func TestALimitStopsTheListing(t *testing.T) {
	lists := 0
	w := newFixture(t, countLists("input/", &lists))
	for i := range 1500 {
		w.put(t, fmt.Sprintf("input/%04d", i))
	}
	if plan := w.mustPlan(t, "demo", `{"limit":10}`); plan.Objects != 10 || lists != 1 {
		t.Errorf("got %+v in %d lists, want 10 objects in one", plan, lists)
	}
}

// A job makes again what it cannot compare with the output that is there.
func TestForcePlansObjectsWithoutWhatTheirOutputsAreComparedBy(t *testing.T) {
	w := newFixture(t)
	w.put(t, "input/a")
	w.mustPlan(t, "demo", `{"force":true}`)
	object, _ := w.files.Get(inputBucket, "input/a")
	if got, want := slices.Concat(w.planned(t, "demo")...), (contract.Object{Key: "input/a", Size: object.Size}); len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
