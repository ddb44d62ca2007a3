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
