package test

import (
	"context"
	"maps"
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
	abroad  = sync.OnceValues(func() (stack, error) { return synthesizeMatrix("abroad") })
	secret  = sync.OnceValues(func() (stack, error) { return synthesizeMatrix("secret") })
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

// grid are the environments of the grid of test/matrix by their names, all synthesized when a test
// first asks for them.
var grid = sync.OnceValues(func() (map[string]stack, error) {
	paths, err := synth.Grid(context.Background(), root, filepath.Join(assemblies, "grid"))
	if err != nil {
		return nil, err
	}
	stacks := map[string]stack{}
	for environment, path := range paths {
		read, err := template.Read(path, nil)
		if err != nil {
			return nil, err
		}
		stacks[environment] = stack{read}
	}
	return stacks, nil
})

// inGrid is the environment of the grid with the name.
func inGrid(t *testing.T, environment string) stack {
	t.Helper()
	stacks, err := grid()
	if err != nil {
		t.Fatal(err)
	}
	s, ok := stacks[environment]
	if !ok {
		t.Fatalf("the grid has no environment %s", environment)
	}
	return s
}

// everyKind are dev and prod, and an environment of every kind that can be combined. What none of
// them may break is held for all.
func everyKind(t *testing.T) map[string]stack {
	t.Helper()
	stacks, err := grid()
	if err != nil {
		t.Fatal(err)
	}
	all := maps.Clone(stacks)
	maps.Copy(all, environments())
	return all
}
