package main

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestAnObjectIsInsideAnotherExactlyIfAnyKeyBeforeItHoldsIt(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	inside := 0
	for range 3000 {
		outputs := contract.Outputs{Suffix: []string{"", ".x", "-"}[random.IntN(3)], InFolders: true}
		var objects []contract.Object
		for range 1 + random.IntN(30) {
			name := make([]byte, 1+random.IntN(7))
			for i := range name {
				name[i] = "a-.x/"[random.IntN(5)]
			}
			objects = append(objects, contract.Object{Key: string(name)})
		}
		slices.SortFunc(objects, func(a, b contract.Object) int { return strings.Compare(a.Key, b.Key) })
		objects = slices.Compact(objects)
		got, err := collect(apart(outputs, known(objects)))
		if err != nil || len(got) != len(objects) {
			t.Fatalf("got %d objects of %d, and %v", len(got), len(objects), err)
		}
		for i, object := range got {
			want := ""
			for _, other := range objects { // Whatever its place.
				if want == "" && strings.HasPrefix(object.Key+outputs.Suffix+"/", other.Key+outputs.Suffix+"/") && other != objects[i] {
					want = other.Key
				}
			}
			if want != "" {
				inside++
			}
			if object.Inside != want {
				t.Fatalf("suffix %q: %q of %+v: got %q, want %q", outputs.Suffix, object.Key, objects, object.Inside, want)
			}
		}
	}
	if inside < 1000 {
		t.Errorf("only %d objects were inside another", inside)
	}
}

func TestARunMarksWhatWouldHaveItsOutputsInTheFolderOfAnother(t *testing.T) {
	w := newFixture(t)
	w.put(t, "input/a", "input/a-x", "input/a/b", "input/a/b/c", "input/b/c")
	put(t, w.files, "runs/earlier/failed.jsonl", string(contract.AppendObject(nil, contract.Object{
		Key: "input/a/b", Reason: "r", Kind: contract.FailedOutput, Inside: "input/a",
	})))
	for name, test := range map[string]struct {
		input, suffix string
		command       []string
		want          []string
	}{
		"folders":    {`{}`, "", []string{"split", "{in}", "{outdir}/"}, []string{"", "", "input/a", "input/a", ""}},
		"suffix":     {`{}`, ".x", []string{"split", "{in}", "{outdir}/"}, []string{"", "", "", "", ""}},
		"one-output": {`{}`, "", []string{"cp", "{in}", "{out}"}, []string{"", "", "", "", ""}},
		"batches":    {`{}`, "", []string{"convert", "--outdir", "{outdir}", "{in...}"}, []string{"", "", "", "", ""}},
		// What was inside another then may be alone now: the job asks for earlier outputs.
		"rerun": {`{"manifest":"s3://workspace/runs/earlier/failed.jsonl"}`, "", []string{"split", "{in}", "{outdir}/"}, []string{""}},
	} {
		w.settings.OutputSuffix = test.suffix
		if _, err := w.handle(t.Context(), contract.PlanRequest{
			Run: name, Started: started, Job: contract.Job{Command: test.command}, Input: contract.RawInput(test.input),
		}); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, object := range slices.Concat(w.planned(t, name)...) {
			got = append(got, object.Inside)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
