package program

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// The cores: what is measured has one for itself, as a job and a function have, and what
// stands in for AWS takes nothing of it.
const (
	theirCore = "0"
	ourCore   = "1"
)

// StayAway keeps this process, and with it the stand-in, off the core of the programs.
func StayAway() error {
	output, err := exec.Command("taskset", "-a", "-c", "-p", ourCore, strconv.Itoa(os.Getpid())).CombinedOutput()
	if err != nil {
		return fmt.Errorf("move to core %s: %w\n%s", ourCore, err, output)
	}
	return nil
}

// Command is the command on the core of the programs, with this environment and no other.
func Command(environment []string, name string, arguments ...string) *exec.Cmd {
	command := exec.Command("taskset", append([]string{"-c", theirCore, name}, arguments...)...)
	command.Env = append(environment, "PATH="+os.Getenv("PATH"))
	return command
}

// Pinned writes a script beside the program that runs it on the core of the programs, for
// whoever starts a program by its path alone.
func Pinned(path string) (string, error) {
	script := path + ".sh"
	return script, os.WriteFile(script, fmt.Appendf(nil, "#!/bin/sh\nexec taskset -c %s %s\n", theirCore, path), 0o755)
}

// Usage is what a program took.
type Usage struct {
	Time time.Duration
	// CPU is how long it computed, with all that it started: what is left of its time when
	// nobody else needs the core.
	CPU time.Duration
	// PeakMiB is the largest memory of the program alone.
	PeakMiB int
}

// Run runs the command to its end. Its error ends with what the command said.
func Run(command *exec.Cmd) (Usage, error) {
	var said strings.Builder
	command.Stderr = &said
	start := time.Now()
	if err := command.Start(); err != nil {
		return Usage{}, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	peak := make(chan int)
	go func() { peak <- watchPeak(ctx, command.Process.Pid) }()
	err := command.Wait()
	used := Usage{Time: time.Since(start), CPU: command.ProcessState.UserTime() + command.ProcessState.SystemTime()}
	cancel()
	used.PeakMiB = <-peak
	if err != nil {
		return Usage{}, fmt.Errorf("%q: %w\n%s", command.Args, err, said.String())
	}
	return used, nil
}

// watchPeak returns the largest memory that the process had while ctx lived: its own mark of
// that, which is gone once it ends.
func watchPeak(ctx context.Context, pid int) int {
	peak := 0
	for ; ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if _, rest, ok := strings.Cut(string(status), "VmHWM:"); ok {
			kib, _ := strconv.Atoi(strings.Fields(rest)[0])
			peak = max(peak, kib/1024)
		}
	}
	return peak
}
