package figures

import (
	"io"
	"testing"
)

const document = `# Title
<!-- bench: one -->
<!-- /bench -->
Between.
<!-- bench: two -->
` + heading + `| time | 3 s | at most 5 | two |
| memory | 4 MiB | at most 5 | of before |
<!-- /bench -->
After.
`

func TestMeasuredFiguresTakeTheirPlacesInTheTablesOfTheirBenchmark(t *testing.T) {
	sheet := NewSheet(io.Discard, "two")
	sheet.AtMost("time", Series{6}, 5, "s", "now")
	sheet.Unbound("a | b", Series{2}, "", "new")
	sheet.Table("one").Unbound("other", Series{3}, "", "of another table")
	got, err := sheet.Update(document)
	if err != nil {
		t.Fatal(err)
	}
	want := `# Title
<!-- bench: one -->
` + heading + `| other | 3 |  | of another table |
<!-- /bench -->
Between.
<!-- bench: two -->
` + heading + `| time | **6 s** | at most 5 | now |
| memory | 4 MiB | at most 5 | of before |
| a \| b | 2 |  | new |
<!-- /bench -->
After.
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if again, err := sheet.Update(got); err != nil || again != want {
		t.Errorf("a second time: got error %v and\n%s", err, again)
	}
}

func TestADocumentWithoutTheTableIsAnError(t *testing.T) {
	if got, err := NewSheet(io.Discard, "three").Update(document); err == nil {
		t.Errorf("got no error, and %q", got)
	}
}
