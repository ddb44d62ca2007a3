package test

import (
	"testing"

	templates "batchjobwithlambda/test/template"
	"batchjobwithlambda/test/updates"
)

func TestWhatAChangeDoesIsKnownOfEveryProperty(t *testing.T) {
	var all []*templates.Template
	for name, environment := range environments() {
		parsed, err := templates.Parse(name, environment.text)
		if err != nil {
			t.Fatal(err)
		}
		if err := updates.Answered(parsed); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		all = append(all, parsed)
	}
	for _, answer := range updates.Unused(all...) {
		t.Errorf("test/updates/table.go answers for %s, which no template has", answer)
	}
}
