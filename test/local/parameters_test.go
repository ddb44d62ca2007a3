package main

import (
	"maps"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/statemachine"
)

func TestARunWithOtherParametersMakesItsOutputsAgain(t *testing.T) {
	p := openSeveral(t)["lower"]
	p.put(t, map[string]string{"a": "ABC", "b": "xyz"})
	for _, run := range []struct {
		name, input   string
		done, skipped int64
		parameter     string
		outputs       map[string]string
	}{
		{"default", `{}`, 2, 0, "a-z", map[string]string{"a.txt": "abc", "b.txt": "xyz"}},
		{"again", `{"parameters":{"to":"a-z"}}`, 0, 2, "a-z", map[string]string{"a.txt": "abc", "b.txt": "xyz"}},
		{"other", `{"parameters":{"to":"{in}"}}`, 2, 0, "{in}", map[string]string{"a.txt": "{in", "b.txt": "xyz"}},
	} {
		p.wantStatus(t, p.run(t, run.name, run.input), statemachine.Succeeded, "")
		p.wantCounts(t, run.name, run.done, run.skipped, 0)
		if got := p.report(t, run.name).Parameters["to"]; got != run.parameter {
			t.Errorf("%s: the report says %q, want %q", run.name, got, run.parameter)
		}
		if got := p.outputs(t); !maps.Equal(got, run.outputs) {
			t.Errorf("%s: got the outputs %q, want %q", run.name, got, run.outputs)
		}
	}
	p.wantStatus(t, p.run(t, "unknown", `{"parameters":{"from":"a"}}`), statemachine.Failed, contract.ErrorInvalidInput)
}
