package process

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// notifyOfEnd has something sent when the child has ended. By a descriptor of the process, which
// is waited for like a connection: a signal costs several changes of thread in a Go program.
func notifyOfEnd(pid int, ended chan os.Signal) {
	descriptor, err := unix.PidfdOpen(pid, unix.PIDFD_NONBLOCK)
	if err != nil { // Not before Linux 5.10, and not in every sandbox.
		notifyBySignal(ended)
		return
	}
	file := os.NewFile(uintptr(descriptor), "process")
	go func() {
		defer file.Close()
		if raw, err := file.SyscallConn(); err == nil {
			_ = raw.Read(isReadable)
		}
		ended <- syscall.SIGCHLD
	}()
}

func isReadable(descriptor uintptr) bool {
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(descriptor), Events: unix.POLLIN}}, 0)
	return n != 0 && err == nil
}
