package process

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// drain is how long what a command has left may go on writing to its standard output.
const drain = 500 * time.Millisecond

// pipes are what connects the worker to a command.
type pipes struct {
	stdin  *os.File // Nil if the command has no input, or reads a file.
	stdout *os.File // Nil if standard output is read like standard error.
	stderr *os.File
	theirs []int // Standard input, output and error of the command.
}

// openPipes opens pipes for a command that reads the input, and writes to its standard output or
// does not.
func openPipes(input io.Reader, output bool) (*pipes, error) {
	p := &pipes{theirs: []int{-1, -1, -1}}
	if err := p.open(input, output); err != nil {
		p.closeOurs()
		p.closeTheirs()
		return nil, fmt.Errorf("start the command: %w", err)
	}
	return p, nil
}

func (p *pipes) open(input io.Reader, output bool) (err error) {
	if err := p.openInput(input); err != nil {
		return err
	}
	if p.theirs[2], p.stderr, err = openPipe(false); err != nil {
		return err
	}
	if !output {
		p.theirs[1] = p.theirs[2]
		return nil
	}
	p.theirs[1], p.stdout, err = openPipe(false)
	return err
}

func (p *pipes) openInput(input io.Reader) (err error) {
	switch input := input.(type) {
	case nil:
		p.theirs[0], err = unix.Open(os.DevNull, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	case *os.File:
		p.theirs[0], err = unix.FcntlInt(input.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	default:
		p.theirs[0], p.stdin, err = openPipe(true)
	}
	return err
}

// openPipe opens a pipe that a command reads, or one that it writes to.
func openPipe(read bool) (theirs int, ours *os.File, err error) {
	ends, err := closeOnExecPipe()
	if err != nil {
		return -1, nil, os.NewSyscallError("pipe", err)
	}
	if read {
		ends[0], ends[1] = ends[1], ends[0]
	}
	if err := unix.SetNonblock(ends[0], true); err != nil { // It is waited for as connections are.
		_ = unix.Close(ends[0])
		_ = unix.Close(ends[1])
		return -1, nil, os.NewSyscallError("fcntl", err)
	}
	return ends[1], os.NewFile(uintptr(ends[0]), "pipe"), nil
}

func (p *pipes) closeOurs() {
	for _, file := range []*os.File{p.stdin, p.stdout, p.stderr} {
		_ = file.Close() // Which does nothing to one that was not opened.
	}
}

func (p *pipes) closeTheirs() {
	if p.theirs[1] == p.theirs[2] {
		p.theirs[1] = -1
	}
	for _, descriptor := range p.theirs {
		if descriptor >= 0 {
			_ = unix.Close(descriptor)
		}
	}
}

// awaitWriters waits until nobody has the other end of the pipe, but no longer than the limit.
// It reads nothing.
func awaitWriters(pipe *os.File, limit time.Duration) {
	raw, err := pipe.SyscallConn()
	if err != nil {
		return
	}
	deadline := time.Now().Add(limit)
	_ = raw.Control(func(fd uintptr) {
		for {
			// No event is asked for, and so the only one is that the other end is closed.
			rest := max(0, time.Until(deadline).Milliseconds())
			n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd)}}, int(rest))
			if err != unix.EINTR && (n != 0 || rest == 0) {
				return
			}
		}
	})
}
