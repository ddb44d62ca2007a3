//go:build unix && !linux

package process

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// closeOnExecPipe opens a pipe that no other child gets.
func closeOnExecPipe() (ends [2]int, err error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err = unix.Pipe(ends[:]); err == nil {
		unix.CloseOnExec(ends[0])
		unix.CloseOnExec(ends[1])
	}
	return ends, err
}
