package process

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long a launcher may take for an answer that waits for nothing but the
// killing of processes. It is killed after that: a command may have stopped it.
const patience = 2 * killLimit

// errLost says that the launcher is there no more, or was killed because it did not answer.
var errLost = errors.New("the launcher is gone")

// errUnsent says that it was gone before it was asked for anything.
var errUnsent = fmt.Errorf("%w without a command", errLost)

// launcher is the worker's side of a launcher. It has one user at a time.
type launcher struct {
	cmd      *exec.Cmd
	conn     *net.UnixConn
	patience time.Duration
}

// launchers are those there are, so that none of them is taken for an orphan.
var launchers = struct {
	sync.Mutex
	pids map[int]bool
}{pids: map[int]bool{}}

func startLauncher(patience time.Duration) (*launcher, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("start a launcher: %w", err)
	}
	ours, theirs, err := socketPair()
	if err != nil {
		return nil, fmt.Errorf("start a launcher: %w", err)
	}
	defer theirs.Close()
	cmd := exec.Command(self)
	cmd.Args = []string{launcherName}
	cmd.Env = []string{"GOMAXPROCS=1"} // It does one thing at a time, and our variables are not for it.
	cmd.Stderr = os.Stderr
	cmd.ExtraFiles = []*os.File{theirs}
	// A session of its own: what is sent to the process group of the worker is not for it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	launchers.Lock()
	defer launchers.Unlock()
	if err := cmd.Start(); err != nil {
		ours.Close()
		return nil, fmt.Errorf("start a launcher: %w", err)
	}
	launchers.pids[cmd.Process.Pid] = true
	return &launcher{cmd: cmd, conn: ours, patience: patience}, nil
}

func socketPair() (ours *net.UnixConn, theirs *os.File, err error) {
	syscall.ForkLock.RLock() // Not every system can make them so that no other child gets them.
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err == nil {
		unix.CloseOnExec(pair[0])
		unix.CloseOnExec(pair[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	theirs = os.NewFile(uintptr(pair[1]), "launcher")
	file := os.NewFile(uintptr(pair[0]), "worker")
	defer file.Close()
	conn, err := net.FileConn(file)
	if err != nil {
		theirs.Close()
		return nil, nil, err
	}
	return conn.(*net.UnixConn), theirs, nil
}

// launch has the command started, with the files as its standard input, output and error. After
// [errLost] the launcher is of no more use.
func (l *launcher) launch(command order, files []int) error {
	_ = l.conn.SetDeadline(time.Now().Add(l.patience))
	if err := send(l.conn, launch, command.encode(), files...); err != nil {
		_ = l.lose()
		return errUnsent
	}
	r, err := l.read()
	if err != nil {
		return l.lose()
	}
	if r.kind == refused {
		return startError(command.program, syscall.Errno(r.code))
	}
	_ = l.conn.SetDeadline(time.Time{})
	return nil
}

// request sends a request without a body. If the launcher is gone, reading from it says so.
func (l *launcher) request(kind byte) { _ = send(l.conn, kind, nil) }

// interrupt has the read that waits for a reply, or the next one, end with an error.
func (l *launcher) interrupt() { _ = l.conn.SetReadDeadline(time.Unix(0, 0)) }

// read waits for a reply, until the connection's deadline.
func (l *launcher) read() (reply, error) {
	var text [replyBytes]byte
	if _, err := io.ReadFull(l.conn, text[:]); err != nil {
		return reply{}, err
	}
	return decodeReply(text), nil
}

// awaitFinished waits until all that the command has started has ended, but no longer than the
// limit.
func (l *launcher) awaitFinished(limit time.Duration) (reply, error) {
	_ = l.conn.SetReadDeadline(time.Now().Add(limit))
	for {
		r, err := l.read()
		if err != nil || r.kind == finished {
			return r, err
		}
	}
}

// lose ends the launcher, if it has not ended, and whatever it has left.
func (l *launcher) lose() error {
	l.close()
	launchers.Lock()
	defer launchers.Unlock()
	killOrphans(launchers.pids)
	return errLost
}

// close ends the launcher.
func (l *launcher) close() {
	_ = l.cmd.Process.Kill()
	_ = l.conn.Close()
	_ = l.cmd.Wait()
	launchers.Lock()
	defer launchers.Unlock()
	delete(launchers.pids, l.cmd.Process.Pid)
}
