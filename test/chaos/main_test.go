package chaos

import (
	"context"
	"log"
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
	if err := runTests(m); err != nil {
		log.Fatal(err)
	}
}

func runTests(m *testing.M) error {
	var err error
	if folder, err = os.MkdirTemp("", "chaos-"); err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if real, err = build(context.Background(), filepath.Join(folder, "programs")); err != nil {
		return err
	}
	m.Run()
	return nil
}

// build builds the programs into a directory, with these flags besides.
func build(ctx context.Context, directory string, flags ...string) (executables, error) {
	p := executables{
		filepath.Join(directory, "preprocess"),
		filepath.Join(directory, "worker"),
		filepath.Join(directory, "collect"),
	}
	return p, programs.Build(ctx, directory, []string{"lambda/preprocess", "batch/worker", "lambda/collect"}, flags...)
}
