package process

import "golang.org/x/sys/unix"

// closeOnExecPipe opens a pipe that no other child gets.
func closeOnExecPipe() (ends [2]int, err error) {
	err = unix.Pipe2(ends[:], unix.O_CLOEXEC)
	return ends, err
}
