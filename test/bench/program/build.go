package program

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build builds packages of the project for this machine into the folder, with the flags that
// those of a deployment are built with, from anywhere in the module.
func Build(folder string, packages ...string) error {
	arguments := []string{"build", "-trimpath", "-buildvcs=false", "-tags=lambda.norpc", "-ldflags=-s -w", "-o", folder + string(filepath.Separator)}
	for _, name := range packages {
		arguments = append(arguments, "batchjobwithlambda/"+name)
	}
	build := exec.Command("go", arguments...)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, output)
	}
	return nil
}
