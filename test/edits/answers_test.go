package edits

import (
	"maps"
	"slices"
	"testing"

	"batchjobwithlambda/stacks/config"
	"batchjobwithlambda/stacks/environments"
	"batchjobwithlambda/test/template"
	"batchjobwithlambda/test/updates"
)

// templates are those of dev and prod, and of the edited environment before and after every
// edit, by their names: synthesized once.
var templates = map[string]*template.Template{}

func templateOf(t *testing.T, name string, environment config.Environment) *template.Template {
	t.Helper()
	if templates[name] == nil {
		templates[name] = synthesized(t, environment)
	}
	return templates[name]
}

func before(t *testing.T, setting string) *template.Template {
	t.Helper()
	if starts[setting] == nil {
		return templateOf(t, "before", edited)
	}
	return templateOf(t, "before "+setting, start(setting))
}

func TestWhatAChangeDoesIsKnownOfEveryProperty(t *testing.T) {
	for _, environment := range environments.All.Environments {
		templateOf(t, environment.Name, environment)
	}
	for setting := range edits {
		before(t, setting)
		templateOf(t, setting, after(setting))
	}
	missing := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(templates)) {
		for _, line := range updates.Unanswered(templates[name]) {
			if !missing[line] {
				t.Errorf("%s: %s", name, line)
			}
			missing[line] = true
		}
	}
	for _, answer := range updates.Unused(slices.Collect(maps.Values(templates))...) {
		t.Errorf("test/updates/table.go answers for %s, which no template has", answer)
	}
}
