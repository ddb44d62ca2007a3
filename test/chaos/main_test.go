package chaos

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// programs are the paths of the pipeline's programs.
type programs struct{ preprocess, worker, collect string }

// real are the programs as they are, and folder is where tests keep their files.
var (
	real   programs
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

// build builds the programs into a directory. Flags are added to those of "go build".
func build(ctx context.Context, directory string, flags ...string) (programs, error) {
	arguments := append(append([]string{"build"}, flags...), "-o", directory+"/",
		"batchjobwithlambda/lambda/preprocess", "batchjobwithlambda/batch/worker", "batchjobwithlambda/lambda/collect")
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return programs{}, err
	}
	if output, err := exec.CommandContext(ctx, "go", arguments...).CombinedOutput(); err != nil {
		return programs{}, fmt.Errorf("build the programs: %w\n%s", err, output)
	}
	return programs{filepath.Join(directory, "preprocess"), filepath.Join(directory, "worker"), filepath.Join(directory, "collect")}, nil
}
