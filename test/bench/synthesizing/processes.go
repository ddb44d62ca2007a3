package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// every is how often the processes are looked at. A compiler lives longer than this.
const every = 20 * time.Millisecond

// usage is what a command took, with every process that it started.
type usage struct {
	all part
	// app is of the processes that the command started, without itself: of "cdk synth", what is
	// not the CLI, but the app and how it is built.
	app part
	// compilers are the command lines of Go's compiler and linker.
	compilers map[string]bool
	// started is when the app was first seen.
	started time.Time
}

// part is what some of the processes took.
type part struct {
	time time.Duration
	// cpu is how long they computed: what is left of the time when nobody else needs the cores.
	cpu time.Duration
	// peakMiB is the largest sum of what they held at one moment.
	peakMiB float64
}

func (p part) String() string {
	return fmt.Sprintf("%.3g s, %.3g s of CPU, %.0f MiB", p.time.Seconds(), p.cpu.Seconds(), p.peakMiB)
}

// measure runs the command. It returns an error with the command's words if it fails.
func measure(command *exec.Cmd) (usage, error) {
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	start := time.Now()
	if err := command.Start(); err != nil {
		return usage{}, err
	}
	ended := make(chan error)
	go func() { ended <- command.Wait() }()
	used := usage{compilers: map[string]bool{}}
	var own time.Duration // What the command itself computed.
	for ticks := time.Tick(every); ; {
		select {
		case err := <-ended:
			used.all.time = time.Since(start)
			used.all.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
			used.app.cpu = used.all.cpu - own
			if err != nil {
				return used, fmt.Errorf("%s: %w\n%s", command, err, &output)
			}
			return used, nil
		case <-ticks:
			used.look(command.Process.Pid)
			own = max(own, computed(command.Process.Pid))
		}
	}
}

// look adds what there is at this moment.
func (u *usage) look(root int) {
	var all, app float64
	processes := descendants(root)
	for _, process := range processes {
		folder := filepath.Join("/proc", strconv.Itoa(process))
		resident := residentMiB(folder)
		all += resident
		if process != root {
			app += resident
		}
		line, _ := os.ReadFile(filepath.Join(folder, "cmdline"))
		if compiles(strings.Split(string(line), "\x00")) {
			u.compilers[strings.ReplaceAll(string(line), "\x00", " ")] = true
		}
	}
	if len(processes) > 1 {
		if u.started.IsZero() {
			u.started = time.Now()
		}
		u.app.time = time.Since(u.started)
	}
	u.all.peakMiB, u.app.peakMiB = max(u.all.peakMiB, all), max(u.app.peakMiB, app)
}

// computed is the CPU time of a process itself, or 0 if it has just ended.
func computed(process int) time.Duration {
	const tick = 10 * time.Millisecond // Of /proc; see proc_pid_stat(5).
	fields := statistics(filepath.Join("/proc", strconv.Itoa(process), "stat"))
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick
}

// statistics are the fields of a process's stat after its name, which is in parentheses and
// may hold anything: its state, its parent, and so on.
func statistics(path string) []string {
	text, _ := os.ReadFile(path)
	return strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
}

// compiles tells whether a command line is Go's compiler or linker at work. Asked for its
// version, as a build that has nothing to do asks it, it does no work.
func compiles(line []string) bool {
	name := filepath.Base(line[0])
	return (name == "compile" || name == "link") && len(line) > 1 && line[1] != "-V=full"
}

// residentMiB is 0 for a process that has just ended.
func residentMiB(folder string) float64 {
	text, _ := os.ReadFile(filepath.Join(folder, "statm"))
	if fields := strings.Fields(string(text)); len(fields) > 1 {
		pages, _ := strconv.Atoi(fields[1])
		return float64(pages*os.Getpagesize()) / (1 << 20)
	}
	return 0
}

// descendants are a process and every process that it or they started.
func descendants(root int) []int {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	children := map[int][]int{}
	for _, stat := range stats {
		fields := statistics(stat)
		if len(fields) > 1 {
			process, _ := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
			parent, _ := strconv.Atoi(fields[1])
			children[parent] = append(children[parent], process)
		}
	}
	all := []int{root}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all
}
