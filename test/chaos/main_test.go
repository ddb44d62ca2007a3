package chaos

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"batchjobwithlambda/test/programs"
)

// executables are the paths of the pipeline's programs.
type executables struct{ preprocess, worker, collect string }

// real are the programs as they are, and folder is where tests keep their files.
var (
	real   executables
	folder string
)

func TestMain(m *testing.M) {
	code, err := runTests(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(code)
}

func runTests(m *testing.M) (int, error) {
	var err error
	if folder, err = os.MkdirTemp("", "chaos-"); err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	if real, err = build(context.Background(), filepath.Join(folder, "programs")); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// build builds the programs into a directory, with these flags besides.
func build(ctx context.Context, directory string, flags ...string) (executables, error) {
	p := executables{filepath.Join(directory, "preprocess"), filepath.Join(directory, "worker"), filepath.Join(directory, "collect")}
	return p, programs.Build(ctx, directory, []string{"lambda/preprocess", "batch/worker", "lambda/collect"}, flags...)
}
