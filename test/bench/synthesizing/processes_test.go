package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestACompilerIsOneThatDoesNotOnlySayItsVersion(t *testing.T) {
	for line, want := range map[string]bool{
		"/usr/local/go/pkg/tool/linux_amd64/compile -o b001/_pkg_.a": true,
		"/usr/local/go/pkg/tool/linux_amd64/link -o b001/exe/a.out":  true,
		"/usr/local/go/pkg/tool/linux_amd64/link -V=full":            false,
		"go build -o build/app .":                                    false,
		"node compile":                                               false,
		"":                                                           false,
	} {
		if got := compiles(strings.Split(line, " ")); got != want {
			t.Errorf("%q: got %t, want %t", line, got, want)
		}
	}
}

func TestTheProcessesOfACommandAreThoseItStartedToo(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("the benchmark needs Linux: ", err)
	}
	// The grandchild says its number, and then lives until there is no more input.
	command := exec.Command("sh", "-c", `sh -c 'echo $$; cat >&2; true'; true`)
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var grandchild int
	if _, err := fmt.Fscan(output, &grandchild); err != nil {
		t.Fatal(err)
	}
	if all := descendants(
		command.Process.Pid,
	); all[0] != command.Process.Pid || !slices.Contains(all, grandchild) ||
		slices.Contains(all, os.Getpid()) {
		t.Errorf("got %v, want %d and %d but not %d", all, command.Process.Pid, grandchild, os.Getpid())
	}
	input.Close()
	if err := command.Wait(); err != nil {
		t.Fatal(err)
	}
}

func TestTheAppIsWhatTheCommandStartedWithoutTheCommandItself(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("the benchmark needs Linux: ", err)
	}
	const busy = `i=0; while [ $i -lt 1000000 ]; do i=$((i+1)); done`
	started, err := measure(exec.Command("sh", "-c", "sh -c '"+busy+"'; true"))
	if err != nil {
		t.Fatal(err)
	}
	itself, err := measure(exec.Command("sh", "-c", busy))
	if err != nil {
		t.Fatal(err)
	}
	if started.app.cpu < started.all.cpu/2 || started.app.time == 0 || started.app.peakMiB == 0 {
		t.Errorf("a command that only starts another: got %s for the other, of %s", started.app, started.all)
	}
	if itself.app.cpu > itself.all.cpu/2 || itself.app.time != 0 || itself.app.peakMiB != 0 {
		t.Errorf("a command that starts no other: got %s for the others, of %s", itself.app, itself.all)
	}
}
