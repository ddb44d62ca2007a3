package edits

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// The table is written from the templates, so it cannot say anything else.
func TestThePageListsEveryEditThatLosesSomething(t *testing.T) {
	const path = "docs/changing-settings.md"
	const begin = `<!-- Written by "make snapshots"; the test fails when it differs from the templates. -->` + "\n"
	const end = "<!-- /written -->\n"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, begins := strings.Cut(string(page), begin)
	table, tail, ends := strings.Cut(rest, end)
	if !begins || !ends {
		t.Fatalf("%s has no place for the table, which is between %q and %q", path, begin, end)
	}
	want := lossTable(t)
	if table == want {
		return
	}
	if os.Getenv("UPDATE_SNAPS") != "true" {
		t.Fatalf("%s is not what the templates say: make snapshots. The templates say:\n%s", path, want)
	}
	if err := os.WriteFile(path, []byte(head+begin+want+end+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}

func lossTable(t *testing.T) string {
	var text strings.Builder
	text.WriteString("\n| setting | when | removes | which costs |\n|---|---|---|---|\n")
	for _, setting := range slices.Sorted(maps.Keys(edits)) {
		set, back := lossRow(t, setting, false), lossRow(t, setting, true)
		switch {
		case set == back && set != "":
			fmt.Fprintf(&text, "| `%s` | changed | %s |\n", setting, set)
			continue
		case set != "":
			fmt.Fprintf(&text, "| `%s` | set | %s |\n", setting, set)
		}
		if back != "" {
			fmt.Fprintf(&text, "| `%s` | set back to its default | %s |\n", setting, back)
		}
	}
	return text.String() + "\n"
}

func lossRow(t *testing.T, setting string, back bool) string {
	types, costs := losses(changed(t, setting, back))
	if len(types) == 0 {
		return ""
	}
	return strings.Join(types, ", ") + " | " + strings.Join(costs, "; ")
}
