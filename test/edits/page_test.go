package edits

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/page"
)

// The table is written from the templates, so it cannot say anything else.
func TestThePageListsEveryEditThatLosesSomething(t *testing.T) {
	page.Section{
		Path:  "docs/changing-settings.md",
		Begin: `<!-- Written by "make snapshots"; the test fails when it differs from the templates. -->`,
		End:   "<!-- /written -->",
	}.Want(t, lossTable(t))
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
