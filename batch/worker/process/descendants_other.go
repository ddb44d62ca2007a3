//go:build unix && !linux

package process

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// This is for the local run. Only Linux tells a process which others descend from it once
// their parents have ended: elsewhere, what left the process group of the command is not found.

func adoptOrphans() error { return nil }

func sacrifice() {}

// peakMemory is in bytes.
func peakMemory(usage *syscall.Rusage) int64 { return usage.Maxrss }

func killDescendants(group int) (count int, allowed bool) {
	if group == 0 { // It would be the launcher's own.
		return 0, true
	}
	err := unix.Kill(-group, unix.SIGKILL)
	return 1, err != unix.EPERM
}

func terminateAll(group int) {
	if group == 0 {
		return
	}
	_ = unix.Kill(-group, unix.SIGTERM)
	_ = unix.Kill(-group, unix.SIGCONT)
}

func killOrphans(map[int]bool) {}
