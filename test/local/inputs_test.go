package main

import (
	"strings"
	"testing"

	"batchjobwithlambda/test/account/statemachine"
)

// With the permissions that the template grants: a manifest's times are asked for object by object.
func TestAFilteredRunWorksOnWhatTheFiltersTakeAndSaysWhatTheyLeftOut(t *testing.T) {
	p := open(t, changed(t, command(refuseBad)))
	p.put(t, map[string]string{"2026/a.csv": "bad\n", "2026/b.txt": "good\n", "a.csv": "good\n"})
	p.wantStatus(t, p.run(t, "first", `{"include":["2026/**"],"exclude":["**/*.txt"],"limit":10}`), statemachine.Failed, "ObjectsFailed")
	p.wantCounts(t, "first", 0, 0, 1)
	if message := p.messages[0].Message; !strings.Contains(message, "Filters: 2 objects left out\n") {
		t.Errorf("got the message\n%s", message)
	}
	failed := `{"manifest":"` + p.Runs.Address("first/failed.jsonl").String() + `","modified_since":"2000-01-01T00:00:00Z"}`
	p.wantStatus(t, p.run(t, "again", failed), statemachine.Failed, "ObjectsFailed")
	p.wantCounts(t, "again", 0, 0, 1)
}

func TestAForcedRunMakesAgainWhatIsDoneAndAnyOtherDoesNot(t *testing.T) {
	p := open(t, changed(t, command(refuseBad)))
	p.put(t, map[string]string{"a": "good\n", "b": "good\n"})
	for _, run := range []struct {
		name, input   string
		done, skipped int64
	}{
		{"first", `{}`, 2, 0},
		{"second", `{}`, 0, 2},
		{"forced", `{"force":true,"limit":1}`, 1, 0},
	} {
		p.wantStatus(t, p.run(t, run.name, run.input), statemachine.Succeeded, "")
		p.wantCounts(t, run.name, run.done, run.skipped, 0)
	}
}
