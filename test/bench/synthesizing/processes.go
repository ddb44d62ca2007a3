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
	time time.Duration
	// cpu is how long it computed: what is left of its time when nobody else needs the cores.
	cpu time.Duration
	// peakMiB is the largest sum of what its processes held at one moment.
	peakMiB float64
	// compilers are the command lines of Go's compiler and linker.
	compilers map[string]bool
}

func (u usage) String() string {
	return fmt.Sprintf("%.3g s, %.3g s of CPU, %.0f MiB", u.time.Seconds(), u.cpu.Seconds(), u.peakMiB)
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
	for ticks := time.Tick(every); ; {
		select {
		case err := <-ended:
			used.time = time.Since(start)
			used.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
			if err != nil {
				return used, fmt.Errorf("%s: %w\n%s", command, err, &output)
			}
			return used, nil
		case <-ticks:
			used.look(command.Process.Pid)
		}
	}
}

// look adds what there is at this moment.
func (u *usage) look(root int) {
	var sum float64
	for _, process := range descendants(root) {
		folder := filepath.Join("/proc", strconv.Itoa(process))
		sum += residentMiB(folder)
		line, _ := os.ReadFile(filepath.Join(folder, "cmdline"))
		if compiles(strings.Split(string(line), "\x00")) {
			u.compilers[strings.ReplaceAll(string(line), "\x00", " ")] = true
		}
	}
	u.peakMiB = max(u.peakMiB, sum)
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
		text, _ := os.ReadFile(stat)
		// The name, in parentheses, may hold anything.
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
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
