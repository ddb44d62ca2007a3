package test

import (
	"testing"

	"batchjobwithlambda/test/template"
	"batchjobwithlambda/test/updates"
)

func TestWhatAChangeDoesIsKnownOfEveryProperty(t *testing.T) {
	var all []*template.Template
	for name, stack := range environments() {
		if err := updates.Answered(stack.Template); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		all = append(all, stack.Template)
	}
	for _, answer := range updates.Unused(all...) {
		t.Errorf("test/updates/table.go answers for %s, which no template has", answer)
	}
}
