package deploy

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"batchjobwithlambda/test/synth"
)

// assembly is the folder of a synthesis of dev, and push the program that pushes its image.
var root, assembly, push string

func TestMain(m *testing.M) {
	if err := run(m); err != nil {
		log.Fatal(err)
	}
}

func run(m *testing.M) (err error) {
	if root, err = synth.Root(); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "deploy-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	template, err := synth.App{Root: root}.Shared(context.Background(), "dev", filepath.Join(folder, "dev"))
	if err != nil {
		return err
	}
	assembly, push = filepath.Dir(template), filepath.Join(folder, "push")
	build := exec.Command("go", "build", "-o", push, "./stacks/image/push")
	build.Dir = root
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, output)
	}
	m.Run()
	return nil
}
