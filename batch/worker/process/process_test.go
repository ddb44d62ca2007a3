package process

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestACommandMakesItsOutputOfItsInput(t *testing.T) {
	for _, test := range []struct {
		name    string
		command []string
		want    string
	}{
		{"from standard input to standard output", []string{"tr", "a-z", "A-Z"}, "HELLO"},
		{"from a file to standard output", []string{"cat", "{in}"}, "hello"},
		{"from standard input to a file", shell(`cat > "$1"`, "{out}"), "hello"},
		{"from file to file", []string{"cp", "{in}", "{out}"}, "hello"},
		{"to many files", shell(`mkdir "$1/b"; cat > "$1/b/c"; : > "$1/a"; : > "$1/b.d"`, "{outdir}"), "a=b.d=b/c=hello"},
		{"of nothing", []string{"true"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			runner := newRunner(t, Settings{Command: test.command})
			for range 2 { // The second uses what the first has left.
				if made, _, err := run(t, runner, "a/b.txt", "hello"); err != nil || made != test.want {
					t.Errorf("got %q and %v, want %q", made, err, test.want)
				}
			}
		})
	}
}

func TestALargeInputIsALargeOutput(t *testing.T) {
	runner := newRunner(t, Settings{Command: []string{"cat"}})
	content := strings.Repeat("0123456789abcdef", 1<<17)
	if made, _, err := run(t, runner, "a", content); err != nil || made != content {
		t.Errorf("got %d bytes and %v, want %d", len(made), err, len(content))
	}
}

func TestACommandNeedNotReadItsInput(t *testing.T) {
	for _, script := range []string{`echo made`, `exec <&-; echo made`, `head -c 1 >/dev/null; echo made`} {
		runner := newRunner(t, Settings{Command: shell(script)})
		input, feed := io.Pipe() // It ends only when it is closed.
		go io.Copy(feed, endless{})
		p, err := newFolder(t, runner, "a").Start(t.Context(), input)
		if err != nil {
			t.Fatal(err)
		}
		if made, err := finish(p); err != nil || made != "made\n" {
			t.Errorf("%s: got %q and %v", script, made, err)
		}
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

func TestAnInputThatBreaksIsNotTheEndOfTheObject(t *testing.T) {
	broken := errors.New("the connection was reset")
	ended := filepath.Join(t.TempDir(), "ended")
	runner := newRunner(t, Settings{Command: shell(`cat; : > "$1"`, ended)})
	p, err := newFolder(t, runner, "a").Start(t.Context(), io.NopCloser(io.MultiReader(
		strings.NewReader("half"),
		brokenBy(broken),
	)))
	if err != nil {
		t.Fatal(err)
	}
	if made, err := finish(p); !errors.Is(err, broken) {
		t.Errorf("got %q and %v, want the input's own error", made, err)
	}
	if _, err := os.Stat(ended); err == nil {
		t.Error("the command saw an end of its input")
	}
}

func brokenBy(err error) io.Reader {
	reader, writer := io.Pipe()
	writer.CloseWithError(err)
	return reader
}

func TestACommandIsStoppedWithItsContext(t *testing.T) {
	reason := errors.New("the job is stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	runner := newRunner(t, Settings{Command: shell(`echo begun; trap "" TERM; while :; do sleep 3600; done`)})
	p, err := newFolder(t, runner, "a").Start(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	cancel(reason)
	if _, err := finish(p); !errors.Is(err, reason) {
		t.Errorf("got %v, want the context's cause", err)
	}
	if _, err := newFolder(t, runner, "b").Start(ctx, nil); !errors.Is(err, reason) {
		t.Errorf("started after that: got %v, want the context's cause", err)
	}
}

func TestACommandIsStoppedWhenNobodyWantsItsOutput(t *testing.T) {
	runner := newRunner(t, Settings{Command: []string{"yes"}})
	p, err := newFolder(t, runner, "a").Start(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	p.Stop()
	p.Stop()
	if _, err := p.Wait(); !errors.Is(err, ErrStopped) {
		t.Errorf("got %v, want %v", err, ErrStopped)
	}
}

func TestWhatACommandHasStartedMayCleanUpWhenItIsStopped(t *testing.T) {
	const (
		clean = `trap ': > "$MARK/cleaned"; exit' TERM; `
		wait  = `echo begun; while :; do sleep 0.01; done`
	)
	for name, command := range map[string][]string{
		"the command itself":         shell(clean + wait),
		"when it has stopped itself": shell(clean + `(kill -STOP $$; echo begun) & wait; wait`),
		"a child":                    shell(`sh -c "$1" & wait`, clean+wait),
		"a child of another session": shell(`setsid sh -c "$1" & wait`, clean+wait),
	} {
		t.Run(name, func(t *testing.T) {
			mark := t.TempDir()
			runner := newRunner(t, Settings{Command: command, Variables: map[string]string{"MARK": mark}})
			runner.grace = time.Minute
			p, err := newFolder(t, runner, "a").Start(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Read(make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
			p.Stop()
			if _, err := os.Stat(filepath.Join(mark, "cleaned")); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOnlySoManyCommandsRunAtOnce(t *testing.T) {
	runner := newRunner(t, Settings{Command: []string{"cat"}, Concurrency: 2})
	var feeds []*io.PipeWriter
	for range 2 {
		input, feed := io.Pipe()
		feeds = append(feeds, feed)
		p, err := newFolder(t, runner, "a").Start(t.Context(), input)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Stop()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := newFolder(t, runner, "c").Start(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a third command: got %v, want it to wait", err)
	}
	feeds[0].Close()
	p, err := newFolder(t, runner, "c").Start(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	p.Stop()
}

func TestALauncherThatWasKilledWhileItHadNothingToDoIsReplaced(t *testing.T) {
	runner := newRunner(t, Settings{Command: []string{"cat"}})
	for range 3 {
		if made, _, err := run(t, runner, "a", "hello"); err != nil || made != "hello" {
			t.Fatalf("got %q and %v", made, err)
		}
		l := <-runner.launchers
		if err := l.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		waitUntil(t, func() bool { return l.conn.SetWriteDeadline(time.Time{}) == nil && hungUp(t, l) })
		runner.launchers <- l
	}
}

// hungUp reports whether the launcher has closed its end of the connection.
func hungUp(t *testing.T, l *launcher) bool {
	t.Helper()
	if err := l.conn.SetReadDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	_, err := l.conn.Read(make([]byte, 1))
	return err == io.EOF || errors.Is(err, syscall.ECONNRESET)
}

func waitUntil(t *testing.T, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not happen")
		}
	}
}

func TestTheEndOfAChildIsSignalled(t *testing.T) {
	path, err := filepath.EvalSymlinks("/bin/true")
	if err != nil {
		t.Skip(err)
	}
	ended := make(chan os.Signal, 1)
	notifyBySignal(ended)
	<-ended
	pid, err := syscall.ForkExec(path, []string{"true"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	<-ended
	if _, err := syscall.Wait4(pid, nil, 0, nil); err != nil {
		t.Error(err)
	}
}
