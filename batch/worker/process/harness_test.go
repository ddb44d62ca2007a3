package process

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// newRunner returns a runner that is closed at the end of the test.
func newRunner(t *testing.T, settings Settings) *Runner {
	t.Helper()
	if settings.Scratch == "" {
		settings.Scratch = t.TempDir()
	}
	settings.Concurrency = max(1, settings.Concurrency)
	runner, err := New(settings)
	if err != nil {
		t.Fatal(err)
	}
	runner.grace = 200 * time.Millisecond
	runner.drain = time.Minute // Who waits for it in vain is seen.
	t.Cleanup(runner.Close)
	return runner
}

func shell(script string, arguments ...string) []string {
	return append([]string{"sh", "-c", script, "sh"}, arguments...)
}

func newFolder(t *testing.T, runner *Runner, paths ...string) *Folder {
	t.Helper()
	var objects []Object
	for _, path := range paths {
		objects = append(objects, Object{Key: "input/" + path, Path: path})
	}
	folder, err := runner.NewFolder(objects...)
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

func text(content string) io.ReadCloser { return io.NopCloser(strings.NewReader(content)) }

// finish returns what the command made, as a person would see it: its standard output, the
// content of {out}, or the names and contents in {outdir}.
func finish(p *Process) (string, error) {
	defer p.Stop()
	var made bytes.Buffer
	if _, err := io.Copy(&made, p); err != nil {
		return made.String(), err
	}
	if p.folder.out != "" {
		file, err := p.Output()
		if err != nil {
			return "", err
		}
		defer file.Close()
		_, err = io.Copy(&made, file)
		return made.String(), err
	}
	if p.folder.outDir != "" {
		outputs, err := p.Outputs()
		if err != nil {
			return "", err
		}
		for _, output := range outputs {
			file, err := output.Open()
			if err != nil {
				return "", fmt.Errorf("it was to be a file that can be read: %v", err)
			}
			made.WriteString(output.Name + "=")
			_, err = io.Copy(&made, file)
			file.Close()
			if err != nil {
				return "", err
			}
		}
	}
	return made.String(), nil
}

// run runs the command on one object to its end, and removes its folder.
func run(t *testing.T, runner *Runner, path, content string) (made string, usage Usage, err error) {
	t.Helper()
	folder := newFolder(t, runner, path)
	defer remove(t, folder)
	for _, input := range folder.Inputs {
		if err := os.WriteFile(input, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := folder.Start(t.Context(), text(content))
	if err != nil {
		return "", Usage{}, err
	}
	made, err = finish(p)
	usage, _ = p.Wait()
	return made, usage, err
}

func remove(t *testing.T, folder *Folder) {
	t.Helper()
	if err := folder.Remove(); err != nil {
		t.Error(err)
	}
}

func wantFailure(t *testing.T, err error, reason string) *Failure {
	t.Helper()
	failure, ok := errors.AsType[*Failure](err)
	if !ok || !strings.Contains(failure.Reason, reason) {
		t.Fatalf("got %v, want a failure with %q", err, reason)
	}
	return failure
}
