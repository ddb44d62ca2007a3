package process

import (
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

// asCommand is what the test's binary gets as its first argument when it is a command.
const asCommand = "as-command"

// The test's binary is also the launchers of its runners, and what no shell can do.
func TestMain(m *testing.M) {
	ServeIfLauncher()
	if len(os.Args) > 2 && os.Args[1] == asCommand {
		actAsCommand(os.Args[2], os.Args[3])
		return
	}
	os.Exit(m.Run())
}

func actAsCommand(name, argument string) {
	switch name {
	case "socket": // At the path.
		listener, err := net.Listen("unix", argument)
		if err != nil {
			panic(err)
		}
		listener.(*net.UnixListener).SetUnlinkOnClose(false)
	case "wait": // As root, until it is killed, after saying so by a file.
		if err := syscall.Setuid(0); err != nil {
			panic(err)
		}
		if err := os.WriteFile(argument, nil, 0o600); err != nil {
			panic(err)
		}
		time.Sleep(time.Hour)
	default:
		actAsWorker(name, argument)
	}
}
