package process

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// sacrificed is the highest oom_score_adj there is: when memory runs out, the kernel takes a
// process that has it before one that has none.
const sacrificed = "1000"

// adoptOrphans makes this process the parent of its descendants whose own has ended.
func adoptOrphans() error {
	return os.NewSyscallError("prctl", unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
}

// sacrifice has the kernel kill this process and its children before others of the job. It is
// no error if it may not be said: then the kernel kills the largest.
func sacrifice() { _ = os.WriteFile("/proc/self/oom_score_adj", []byte(sacrificed), 0) }

// peakMemory is in bytes.
func peakMemory(usage *syscall.Rusage) int64 { return usage.Maxrss * 1024 }

// children returns the children of the process, also those that have ended and were not waited for.
func children(pid int) []int {
	var found []int
	directory := filepath.Join("/proc", strconv.Itoa(pid), "task")
	for _, thread := range numbersIn(directory) {
		text, err := os.ReadFile(filepath.Join(directory, strconv.Itoa(thread), "children"))
		if errors.Is(err, fs.ErrNotExist) {
			if _, err := os.Stat("/proc/thread-self/children"); err != nil {
				return childrenByParent(pid)
			}
		}
		for _, field := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				found = append(found, child)
			}
		}
	}
	return found
}

// childrenByParent is for a kernel that lists no children (CONFIG_PROC_CHILDREN). It takes some
// 10 µs for each process of the system, in which one that forks and ends may get away.
func childrenByParent(parent int) []int {
	var found []int
	for _, pid := range numbersIn("/proc") {
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
		if err != nil {
			continue // It has ended.
		}
		// The name of the program, in parentheses, may have anything in it.
		fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
		if len(fields) > 1 && string(fields[1]) == strconv.Itoa(parent) {
			found = append(found, pid)
		}
	}
	return found
}

// numbersIn returns the names in the directory that are numbers.
func numbersIn(path string) []int {
	directory, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer directory.Close()
	names, _ := directory.Readdirnames(-1)
	numbers := make([]int, 0, len(names))
	for _, name := range names {
		if number, err := strconv.Atoi(name); err == nil {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

// killDescendants sends SIGKILL to the children of this process; what they have started is its
// children then. It returns how many there were, and whether any of them may be killed.
func killDescendants(int) (count int, allowed bool) {
	all := children(os.Getpid())
	for _, pid := range all {
		if killGroup(pid) != unix.EPERM {
			allowed = true
		}
	}
	return len(all), allowed || len(all) == 0
}

// killGroup kills the process and its process group, no member of which can fork meanwhile. The
// process is in a session that a command began, so all members of its group descend from that.
func killGroup(pid int) error {
	if group, err := unix.Getpgid(pid); err == nil && group != unix.Getpgrp() {
		_ = unix.Kill(-group, unix.SIGKILL)
	}
	return unix.Kill(pid, unix.SIGKILL)
}

// terminateAll asks all descendants of this process to end, also those that are stopped.
func terminateAll(int) {
	all := children(os.Getpid())
	for i := 0; i < len(all); i++ {
		all = append(all, children(all[i])...)
	}
	for _, signal := range []unix.Signal{unix.SIGTERM, unix.SIGCONT} {
		for _, pid := range all {
			_ = unix.Kill(pid, signal)
		}
	}
}

// killOrphans kills what a launcher that was killed has left: it is the worker's now. What is
// not sacrificed is no command's, and left alone.
func killOrphans(launchers map[int]bool) {
	for deadline := time.Now().Add(killLimit); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		found := false
		for _, pid := range children(os.Getpid()) {
			score, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "oom_score_adj"))
			if launchers[pid] || string(bytes.TrimSpace(score)) != sacrificed {
				continue
			}
			found = true
			_ = killGroup(pid)
			_, _ = syscall.Wait4(pid, nil, syscall.WNOHANG, nil)
		}
		if !found {
			return
		}
	}
}
