package process

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestACommandThatNoObjectCanHaveIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		settings Settings
		want     string
	}{
		"no such program":             {Settings{Command: []string{"no-such-program"}}, "batch/Dockerfile"},
		"no value for a parameter":    {Settings{Command: []string{"gzip", "-{param.level}"}}, "{param.level}"},
		"a variable without a name":   {Settings{Command: []string{"gzip"}, Variables: map[string]string{"": "x"}}, "variable"},
		"a variable of two":           {Settings{Command: []string{"gzip"}, Variables: map[string]string{"A=B": "x"}}, "variable"},
		"a variable that holds a NUL": {Settings{Command: []string{"gzip"}, Variables: map[string]string{"A": "\x00"}}, "variable"},
		"a placeholder spelled wrong": {Settings{Command: []string{"gzip", "{outdri}"}}, "{outdir}"},
	} {
		if _, err := New(test.settings); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want an error with %s", name, err, test.want)
		}
	}
}

func TestAProgramThatCannotBeStartedIsABrokenSetUp(t *testing.T) {
	for name, test := range map[string]struct {
		content string
		want    string
	}{
		"no interpreter":                          {"#!/no/such/interpreter\n", "the interpreter after its #!"},
		"another architecture":                    {"\x7fELF\x02\x01\x01\x00 of another", "another architecture"},
		"a script without its shell":              {"echo hello\n", "a script without #!"},
		"an interpreter that may not be executed": {"#!/dev/null\n", "may not execute it"},
	} {
		t.Run(name, func(t *testing.T) {
			program := filepath.Join(t.TempDir(), "program")
			if err := os.WriteFile(program, []byte(test.content), 0o700); err != nil {
				t.Fatal(err)
			}
			runner := newRunner(t, Settings{Command: []string{program}})
			_, _, err := run(t, runner, "a", "")
			broken, ok := errors.AsType[*BrokenError](err)
			if !ok || !strings.Contains(broken.Error(), test.want) || Exhausted(err) {
				t.Errorf("got %v, want a broken set-up with %q", err, test.want)
			}
		})
	}
}

func TestAFolderThatAnotherCommandHasRemovedIsNoBrokenSetUp(t *testing.T) {
	runner := newRunner(t, Settings{Command: []string{"true"}})
	folder := newFolder(t, runner, "a")
	if err := os.RemoveAll(folder.root); err != nil {
		t.Fatal(err)
	}
	_, err := folder.Start(t.Context(), nil)
	if failure := wantFailure(t, err, "another command has removed it"); !failure.Lost {
		t.Error("want it lost")
	}
}

func TestWhatIsUsedUpIsNoBrokenSetUpAndMayComeBack(t *testing.T) {
	runner := newRunner(t, Settings{Command: []string{"cat"}})
	if _, _, err := run(t, runner, "a", ""); err != nil { // The launcher is there, and a folder.
		t.Fatal(err)
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	few := unix.Rlimit{Cur: 3, Max: limit.Max}
	folder := newFolder(t, runner, "b")
	defer folder.Remove()
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	_, startErr := folder.Start(t.Context(), nil)
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if _, broken := errors.AsType[*BrokenError](startErr); !Exhausted(startErr) || broken {
		t.Errorf("got %v, want files to be exhausted", startErr)
	}
	p, err := folder.Start(t.Context(), text("hello"))
	if err != nil {
		t.Fatal(err)
	}
	if made, err := finish(p); made != "hello" || err != nil {
		t.Errorf("afterwards: got %q and %v", made, err)
	}
}

func TestErrorsOfTheSystemAreToldApart(t *testing.T) {
	for _, number := range []syscall.Errno{
		syscall.ENOSPC, syscall.EDQUOT, syscall.EMFILE, syscall.ENFILE, syscall.EAGAIN, syscall.ENOMEM,
	} {
		if err := startError("x", number); !Exhausted(err) {
			t.Errorf("%v: got %v, want it exhausted", number, err)
		}
		if err := outputError("{out}", &os.PathError{Err: number}); !Exhausted(err) {
			t.Errorf("%v of an output: got %v, want it exhausted", number, err)
		}
	}
	wantFailure(t, startError("x", syscall.E2BIG), "too long")
	wantFailure(t, outputError("{out}", &os.PathError{Err: syscall.EACCES}), "{out} cannot be read")
}

func TestArgumentsThatAreTooLongAreAFailureOfTheirObjects(t *testing.T) {
	runner := newRunner(t, Settings{
		Command:    []string{"echo", "{param.text}"},
		Parameters: map[string]string{"text": strings.Repeat("x", 4<<20)},
	})
	_, _, err := run(t, runner, "a", "")
	wantFailure(t, err, "too long")
}
