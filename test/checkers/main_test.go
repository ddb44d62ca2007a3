package checkers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/test/synth"
)

// templates are the paths of the templates that "cdk synth" wrote, by environment.
var templates = map[string]string{"dev": "", "prod": ""}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	// jsii waits for its process twice, and complains of the second time.
	os.Stderr = nil
	jsii.Close()
	os.Exit(code)
}

// run runs the tests where a synthesis runs: in the folder of cdk.json.
func run(m *testing.M) (int, error) {
	root, err := synth.Root()
	if err != nil {
		return 0, err
	}
	if err := os.Chdir(root); err != nil {
		return 0, err
	}
	out, err := os.MkdirTemp("", "checkers-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(out)
	for environment := range templates {
		if templates[environment], err = (synth.App{Root: root}).Shared(
			context.Background(),
			environment,
			filepath.Join(out, environment),
		); err != nil {
			return 0, err
		}
	}
	return m.Run(), nil
}

// tool runs a tool of npm's with the pinned Node.js, and returns its standard output and,
// if it fails, also an error with its words.
func tool(ctx context.Context, script string, arguments ...string) ([]byte, error) {
	output, err := exec.CommandContext(ctx, "node_modules/.bin/node", append([]string{script}, arguments...)...).Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("%s: %w\n%s", script, err, exit.Stderr)
	}
	return output, err
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func write(t *testing.T, path string, value any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
