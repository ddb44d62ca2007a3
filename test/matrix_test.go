package test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"

	"batchjobwithlambda/test/synth"
	"batchjobwithlambda/test/template"
)

// The environments of test/matrix, each synthesized when a test first asks for it.
var (
	pair    = sync.OnceValues(func() (stack, error) { return synthesizeMatrix("pair") })
	buckets = sync.OnceValues(func() (stack, error) { return synthesizeMatrix("buckets") })
	lent    = sync.OnceValues(func() (stack, error) { return synthesizeMatrix("lent") })
	pinned  = sync.OnceValues(func() (stack, error) { return synthesizeMatrix("pinned") })
)

func synthesizeMatrix(environment string) (stack, error) {
	app := synth.App{Root: root, Program: "test/matrix"}
	path, err := app.Synth(context.Background(), environment, filepath.Join(assemblies, environment))
	if err != nil {
		return stack{}, err
	}
	read, err := template.Read(path, nil)
	return stack{read}, err
}

func of(t *testing.T, synthesize func() (stack, error)) stack {
	t.Helper()
	s, err := synthesize()
	if err != nil {
		t.Fatal(err)
	}
	return s
}
