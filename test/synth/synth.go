// Package synth synthesizes the app as a user does: with the pinned CDK CLI, from
// cdk.json, in a process of its own. What a test then reads is what a deployment
// would deploy, and no test has to load the CDK itself.
package synth

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
)

// App is a checkout of the project, ready to be synthesized.
type App struct {
	// Root is the folder of cdk.json.
	Root string
	// Validate runs AWS's own validator over the template, which takes seconds and half
	// a gigabyte.
	Validate bool
	// Program is the package of the CDK app, such as test/matrix; empty for the one that
	// cdk.json names, which is what a user deploys.
	Program string
}

// SharedVariable is the environment variable that may name a folder with a synthesis of
// each environment, in a folder of its name. "make test" sets it, so that several test
// packages read one synthesis instead of each making its own.
const SharedVariable = "SYNTHESIZED"

// Shared returns the path of an environment's template in the shared synthesis, or
// makes one in the folder out, as [App.Synth] does, if nothing is shared or the app is another.
func (a App) Shared(ctx context.Context, environment, out string) (string, error) {
	if folder := os.Getenv(SharedVariable); folder != "" && a.Program == "" {
		path := filepath.Join(folder, environment, Stack(environment)+".template.json")
		_, err := os.Stat(path)
		return path, err
	}
	return a.Synth(ctx, environment, out)
}

// Stack is the name of an environment's stack.
func Stack(environment string) string { return "BatchJobWithLambda-" + environment }

// Synth synthesizes one environment into the folder out, and returns the path of the
// template. It returns an error with the CLI's words when the CLI refuses, or that
// says what to run when it is not installed.
func (a App) Synth(ctx context.Context, environment, out string) (string, error) {
	cdk := filepath.Join(tools(a.Root), "cdk")
	if _, err := os.Stat(cdk); err != nil {
		return "", fmt.Errorf("the CDK CLI is not installed: run npm ci in %s: %w", a.Root, err)
	}
	arguments := []string{"synth", "--quiet", "--output", out, "--context", "env=" + environment}
	if a.Program != "" {
		binary := "build/" + path.Base(a.Program)
		build := "go build -buildvcs=false -o " + binary + " ./" + a.Program
		arguments = append(arguments, "--app", binary, "--build", build)
	}
	command := exec.CommandContext(ctx, cdk, arguments...)
	command.Dir = a.Root
	command.Env = append(os.Environ(),
		Path(a.Root),
		"CDK_VALIDATION="+strconv.FormatBool(a.Validate),
	)
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("cdk synth of %s: %w\n%s", environment, err, output)
	}
	return filepath.Join(out, Stack(environment)+".template.json"), nil
}

func tools(root string) string { return filepath.Join(root, "node_modules", ".bin") }

// Path is the environment variable PATH with the pinned tools first. The CLI and jsii both take the
// first node that there is.
func Path(root string) string {
	return "PATH=" + tools(root) + string(os.PathListSeparator) + os.Getenv("PATH")
}

// Root is the folder of go.mod, at or above the working directory.
func Root() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", errors.New("no go.mod at or above the working directory: run this inside the project")
		}
		folder = parent
	}
}
