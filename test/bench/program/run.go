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
// whoever starts a program by its path alone. The script writes the process's number to the
// file pid.
func Pinned(path string) (script, pid string, err error) {
	script, pid = path+".sh", path+".pid"
	return script, pid, os.WriteFile(
		script,
		fmt.Appendf(nil, "#!/bin/sh\necho $$ > %s\nexec taskset -c %s %s\n", pid, theirCore, path),
		0o755,
	)
}

// Usage is what a program took.
type Usage struct {
	Time time.Duration
	// CPU is how long it computed: what is left of its time when nobody else needs the core.
	CPU time.Duration
	// PeakMiB is its largest memory, with the files in memory that it has open.
	PeakMiB int
}

// Run runs the command to its end. The CPU time is also that of all that the command started
// and waited for, the memory its own. The error has the end of what the command said.
func Run(command *exec.Cmd) (Usage, error) {
	var said strings.Builder
	command.Stderr = &said
	start := time.Now()
	if err := command.Start(); err != nil {
		return Usage{}, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	watched := make(chan Usage)
	go func() { watched <- Watch(ctx, func() string { return strconv.Itoa(command.Process.Pid) }) }()
	err := command.Wait()
	took := time.Since(start)
	cancel()
	used := <-watched
	used.Time, used.CPU = took, command.ProcessState.UserTime()+command.ProcessState.SystemTime()
	if err != nil {
		return used, fmt.Errorf("%q: %w\n%s", command.Args, err, last(said.String()))
	}
	return used, nil
}

// last is the end of a text, which may be long.
func last(text string) string {
	const enough = 2000
	return text[max(0, len(text)-enough):]
}

// Watch returns what a process used, but for the time, while ctx lived. It is asked for its
// number, which is empty as long as it has not started.
func Watch(ctx context.Context, pid func() string) Usage {
	const tick = 10 * time.Millisecond // Of /proc; see proc_pid_stat(5).
	var used Usage
	for ; ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		number := pid()
		if number == "" {
			continue
		}
		process := "/proc/" + number
		used.PeakMiB = max(used.PeakMiB, int(memory(process)>>20))
		stat, _ := os.ReadFile(process + "/stat")
		if fields := strings.Fields(string(stat)); len(fields) > 14 {
			user, _ := strconv.Atoi(fields[13])
			system, _ := strconv.Atoi(fields[14])
			used.CPU = max(used.CPU, time.Duration(user+system)*tick)
		}
	}
	return used
}
