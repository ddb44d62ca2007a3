package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"batchjobwithlambda/test/local/account"
	"batchjobwithlambda/test/local/template"
)

// moduleRoot is the folder of go.mod, and so of cdk.json and node_modules.
func moduleRoot(ctx context.Context) (string, error) {
	path, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	root := filepath.Dir(strings.TrimSpace(string(path)))
	if _, err := os.Stat(filepath.Join(root, "cdk.json")); err != nil {
		return "", errors.New("start it in the project's folder, or in one below")
	}
	return root, nil
}

// synthesize runs "cdk synth", with the pinned tools, and reads the template.
func synthesize(ctx context.Context, root, environment, output string, stderr io.Writer) (*template.Template, error) {
	tools := filepath.Join(root, "node_modules", ".bin")
	cdk := exec.CommandContext(ctx, filepath.Join(tools, "cdk"), "synth", "--quiet", "--output", output, "-c", "env="+environment)
	cdk.Dir = root
	// The template is validated where it is tested; here that would take longer than the run.
	cdk.Env = append(os.Environ(), "PATH="+tools+string(filepath.ListSeparator)+os.Getenv("PATH"), "CDK_VALIDATION=false")
	cdk.Stdout, cdk.Stderr = stderr, stderr
	if err := cdk.Run(); err != nil {
		return nil, fmt.Errorf("cdk synth: %w", err)
	}
	paths, err := filepath.Glob(filepath.Join(output, "*.template.json"))
	if err != nil || len(paths) != 1 {
		return nil, fmt.Errorf("cdk synth made the templates %q: the local run supports exactly one", paths)
	}
	return template.Read(paths[0])
}

// build builds the template's programs for this machine, with the flags of the
// deployed ones.
func build(ctx context.Context, root string, t *template.Template, output string) error {
	names, err := account.Programs(t)
	if err != nil {
		return err
	}
	packages := []string{"./batch/worker"}
	for _, name := range names {
		packages = append(packages, "./lambda/"+name)
	}
	arguments := []string{"build", "-trimpath", "-buildvcs=false", "-tags=lambda.norpc", "-ldflags=-s -w", "-o", output + string(filepath.Separator)}
	command := exec.CommandContext(ctx, "go", append(arguments, packages...)...)
	command.Dir, command.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if text, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, text)
	}
	return nil
}
