// Package programs builds the project's programs for this machine, as those of a deployment
// are built.
package programs

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build builds packages, which are named as folders of the project, into the folder, from
// anywhere in the module and with more flags of "go build" if need be. The error ends with
// the compiler's words.
func Build(ctx context.Context, folder string, packages []string, flags ...string) error {
	arguments := append([]string{
		"build",
		"-trimpath",
		"-buildvcs=false",
		"-tags=lambda.norpc",
		"-ldflags=-s -w",
		"-o",
		folder + string(filepath.Separator),
	}, flags...)
	for _, name := range packages {
		arguments = append(arguments, "batchjobwithlambda/"+name)
	}
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, output)
	}
	return nil
}
