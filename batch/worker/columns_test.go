package main

import (
	"testing"

	"batchjobwithlambda/batch/contract"
)

func columns(name, value string) contract.Columns {
	return contract.NewColumns(map[string]string{name: value})
}

func TestACommandIsToldTheColumnsOfItsObject(t *testing.T) {
	j := newJob(t)
	j.command = []string{"sh", "-c", `printf '%s of ' "$1"; cat`, "sh", "{column.title}"}
	for name, title := range map[string]string{"a": "one", "b": "{in} $(x) {column.title}", "c": ""} {
		j.put(name, name)
		j.objects[len(j.objects)-1].Columns = columns("title", title)
	}
	j.finish()
	j.wantOutput("a", "one of a")
	j.wantOutput("b", "{in} $(x) {column.title} of b")
	j.wantOutput("c", " of c")
}

func TestAnOutputIsUpToDateForTheColumnsThatItWasMadeWith(t *testing.T) {
	j := newJob(t)
	j.command = []string{"sh", "-c", `printf '%s' "$1"; cat`, "sh", "{column.title}"}
	j.put("a", "1")
	j.put("b", "2")
	for _, test := range []struct {
		run, title string
		want       contract.Result
	}{
		{"first", "x", done("b", 1, 2)},
		{"same", "x", skipped("b")},
		{"other", "yy", done("b", 1, 3)},
		{"back", "x", done("b", 1, 2)},
	} {
		j.asRun(test.run)
		j.objects[0].Columns, j.objects[1].Columns = columns("title", "x"), columns("title", test.title)
		a := done("a", 1, 2)
		if test.run != "first" {
			a = skipped("a")
		}
		j.wantResults(a, test.want)
		j.wantOutput("b", test.title+"2")
	}
}

func TestAnObjectWithoutAColumnThatTheCommandUsesFailsAlone(t *testing.T) {
	j := newJob(t)
	j.command = []string{"sh", "-c", "cat", "sh", "{column.title}"}
	j.put("a", "1")
	j.put("b", "2")
	j.objects[1].Columns = columns("title", "x")
	j.wantResults(failed("a", contract.FailedOutput, 0, `it has no column "title", which the command uses`), done("b", 1, 1))
}
