package process

import (
	"os"
	"os/signal"
	"syscall"
)

// notifyBySignal has something sent when a child has ended, or may have.
func notifyBySignal(ended chan os.Signal) {
	signal.Notify(ended, syscall.SIGCHLD)
	select {
	case ended <- syscall.SIGCHLD: // One may have ended before.
	default:
	}
}
