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
` + heading + `| time | 3 s ± 0 | at most 5 | two |
| memory | 4 MiB ± 0 | at most 5 | of before |
<!-- /bench -->
After.
`

func TestMeasuredFiguresTakeTheirPlacesInTheTableOfTheirBenchmark(t *testing.T) {
	sheet := NewSheet(io.Discard)
	sheet.AtMost("time", Series{6}, 5, "s", "now")
	sheet.Unbound("ratio", Series{2}, "", "new")
	got, err := sheet.Update(document, "two")
	if err != nil {
		t.Fatal(err)
	}
	want := `# Title
<!-- bench: one -->
<!-- /bench -->
Between.
<!-- bench: two -->
` + heading + `| time | **6 s ± 0** | at most 5 | now |
| memory | 4 MiB ± 0 | at most 5 | of before |
| ratio | 2 ± 0 |  | new |
<!-- /bench -->
After.
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAnEmptyTableIsFilled(t *testing.T) {
	sheet := NewSheet(io.Discard)
	sheet.AtLeast("rate", Series{2}, 1, "a second", "beside")
	once, err := sheet.Update("<!-- bench: one -->\n<!-- /bench -->\n", "one")
	if want := "<!-- bench: one -->\n" + heading +
		"| rate | 2 a second ± 0 | at least 1 | beside |\n<!-- /bench -->\n"; err != nil || once != want {
		t.Errorf("got error %v and\n%s\nwant\n%s", err, once, want)
	}
	if twice, err := sheet.Update(once, "one"); err != nil || twice != once {
		t.Errorf("a second time: got error %v and\n%s", err, twice)
	}
}

func TestADocumentWithoutTheTableIsAnError(t *testing.T) {
	if got, err := NewSheet(io.Discard).Update(document, "three"); err == nil {
		t.Errorf("got no error, and %q", got)
	}
}
