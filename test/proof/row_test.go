package proof

import (
	"os"
	"path/filepath"
	"testing"
)

const example = `Text.

| planted | all | caught |
|---|---|---|
| mistakes | 2 | 1 |
| others | 3 | 3 |

| chaos | cases |
|---|---|
| mistakes | 7 |
`

func TestARowOfATableIsFoundChangedAndAdded(t *testing.T) {
	for name, test := range map[string]struct {
		table, row string
		values     []string
		before     string
		after      string
	}{
		"changed": {
			table: "planted", row: "mistakes", values: []string{"2", "2"},
			before: "| mistakes | 2 | 1 |",
			after:  "Text.\n\n| planted | all | caught |\n|---|---|---|\n| mistakes | 2 | 2 |\n| others | 3 | 3 |\n\n| chaos | cases |\n|---|---|\n| mistakes | 7 |\n",
		},
		"added": {
			table: "planted", row: "more", values: []string{"1", "1"},
			after: "Text.\n\n| planted | all | caught |\n|---|---|---|\n| mistakes | 2 | 1 |\n| others | 3 | 3 |\n| more | 1 | 1 |\n\n| chaos | cases |\n|---|---|\n| mistakes | 7 |\n",
		},
		"of the table that is named": {
			table: "chaos", row: "mistakes", values: []string{"8"},
			before: "| mistakes | 7 |",
			after:  "Text.\n\n| planted | all | caught |\n|---|---|---|\n| mistakes | 2 | 1 |\n| others | 3 | 3 |\n\n| chaos | cases |\n|---|---|\n| mistakes | 8 |\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "page.md")
			if err := os.WriteFile(path, []byte(example), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, write := range []bool{false, true} {
				before, _, err := setInFile(path, test.table, test.row, test.values, write)
				if err != nil || before != test.before {
					t.Errorf("got %q and %v, want %q", before, err, test.before)
				}
				want := example
				if write {
					want = test.after
				}
				if got, err := os.ReadFile(path); err != nil || string(got) != want {
					t.Errorf("writing is %v: %v, the page is\n%s\nwant\n%s", write, err, got, want)
				}
			}
		})
	}
}

func TestAFigureThatHasNoPlaceIsAnError(t *testing.T) {
	for name, table := range map[string]string{"no such table": "planned", "too few columns": "chaos"} {
		p := page{lines: []string{"| chaos | cases |", "|---|---|"}}
		if _, _, err := p.set(table, "row", []string{"1", "2"}); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

func TestThousandsAreApart(t *testing.T) {
	for value, want := range map[any]string{0: "0", 999: "999", 2705: "2,705", 1000000: "1,000,000", "dev": "dev"} {
		if got := text(value); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
