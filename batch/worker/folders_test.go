package main

import (
	"net/http"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// wantStatus compares what became of the only object, and the reason.
func (j *testJob) wantStatus(status contract.Status, reason string) {
	j.t.Helper()
	got := j.finish()
	if len(got) != 1 || got[0].Status != status || !strings.Contains(got[0].Reason, reason) {
		j.t.Errorf("got %+v, want it %s: %s", got, status, reason)
	}
}

// only makes the manifest that of one object, which is put.
func (j *testJob) only(run, name, content string) {
	j.t.Helper()
	j.objects = nil
	j.put(name, content)
	j.asRun(run)
}

func TestAnObjectThatThePlanFoundInsideAnotherFailsUnlessItIsUpToDate(t *testing.T) {
	j := newFilesJob(t, nil)
	j.only("first", "a/b", "one")
	j.wantStatus(contract.Done, "")
	j.asRun("second")
	j.objects[0].Inside = "input/a"
	j.wantStatus(contract.Skipped, "")
	j.only("third", "a/b", "two")
	j.objects[0].Inside = "input/a"
	j.wantStatus(contract.Failed, `among those of "input/a"`)
	if j.count(http.MethodPut, "output/a/b/two.txt") > 0 {
		t.Error("it was made all the same")
	}
}

func TestAnObjectFailsWhoseOutputsMightReplaceThoseOfAnEarlierRun(t *testing.T) {
	for _, test := range []struct{ suffix, earlier, later, list string }{
		{"", "a", "a/b", "output/_outputs/a.json"},
		{"", "a", "a/b/c/d", "output/_outputs/a.json"},
		{"", "a/b", "a", "output/_outputs/a/b.json"},
		{"", "a/b/c", "a", "output/_outputs/a/b/c.json"},
		{".x", "a", "a.x/b", "output/_outputs/a.x.json"},
		{".x", "a.x/b", "a", "output/_outputs/a.x/b.x.json"},
		{".x", "a", "a/b", ""},
		{".x", "a/b", "a", ""},
		{"", "a", "a-x", ""},
		{"", "a-x", "a", ""},
		{"", "b/a", "b/c", ""},
	} {
		t.Run(test.earlier+" "+test.later+test.suffix, func(t *testing.T) {
			j := newFilesJob(t, nil)
			j.variables["OUTPUT_SUFFIX"] = test.suffix
			j.only("first", test.earlier, "one")
			j.wantStatus(contract.Done, "")
			j.only("second", test.later, "one")
			if test.list == "" {
				j.wantStatus(contract.Done, "")
				return
			}
			j.wantStatus(contract.Failed, "s3://out/"+test.list+" list")
			j.s3.Delete(outBucket, test.list)
			j.asRun("third")
			j.wantStatus(contract.Done, "")
		})
	}
}

func TestTheFoldersOfManyObjectsAreAskedForOnce(t *testing.T) {
	j := newFilesJob(t, nil)
	for _, name := range []string{"d/e/1", "d/e/2", "d/e/3", "d/e/4", "d/e/5", "d/e/6", "d/e/7", "d/e/8"} {
		j.put(name, "one")
	}
	for _, result := range j.finish() {
		if result.Status != contract.Done {
			t.Errorf("got %+v", result)
		}
	}
	asked := map[string]int{}
	for _, r := range j.requests {
		if r.Method == http.MethodGet {
			asked[r.URL.Query().Get("prefix")]++
		}
	}
	for _, list := range []string{"output/_outputs/d.json", "output/_outputs/d/e.json"} {
		if asked[list] != 1 {
			t.Errorf("got %d requests for %s, want one", asked[list], list)
		}
	}
}
