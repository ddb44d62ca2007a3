package test

import (
	"testing"

	"batchjobwithlambda/test/template"
)

// stack is an environment's stack, as it was synthesized.
type stack struct{ *template.Template }

// only returns the one resource of a type.
func (s stack) only(tb testing.TB, name string) *template.Resource {
	tb.Helper()
	r, err := s.Only(name)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// decode reads a resource's properties into a struct.
func decode(tb testing.TB, r *template.Resource, into any) {
	tb.Helper()
	if err := r.Decode(into); err != nil {
		tb.Fatal(err)
	}
}
