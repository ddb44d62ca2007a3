package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"batchjobwithlambda/batch/objects"
)

// grace is how long a command has to end by itself after SIGTERM. AWS Batch kills the
// job 30 s after it asked, and there are uploads to abort before that.
const grace = 5 * time.Second

// process is the command at work on one object.
type process struct {
	cmd    *exec.Cmd
	cancel context.CancelFunc
	input  *objects.Reader // What is fed to its standard input.
	fed    sync.WaitGroup
	stdout io.ReadCloser
	said   tail
	err    error // How Read ended, if not with io.EOF.
	// readErr says why the input could not be read, if it could not.
	readErr error

	// wait waits until the process has ended, and returns why it failed.
	wait func() error
}

// start starts the command in the directory, with the input on its standard input. Its
// standard output is read from the process if toStdout is set. If not, the command
// writes its output to a file, and what it prints is kept like its standard error: it
// can only be meant for people.
func start(ctx context.Context, c command, directory string, input *objects.Reader, toStdout bool) (*process, error) {
	p := &process{input: input}
	ctx, p.cancel = context.WithCancel(ctx)
	p.cmd = c.in(ctx, directory)
	p.cmd.Stderr = &p.said
	// In a process group of its own, because what it starts in turn has to end with it.
	p.cmd.SysProcAttr = ownGroup()
	p.cmd.Cancel = func() error { return p.signal(syscall.SIGTERM) }
	p.cmd.WaitDelay = grace
	p.wait = sync.OnceValue(p.end)
	if err := p.connect(ctx, toStdout); err != nil {
		p.cancel()
		return nil, fmt.Errorf("start the command: %w", err)
	}
	return p, nil
}

func (p *process) connect(ctx context.Context, toStdout bool) error {
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		return err
	}
	if toStdout {
		if p.stdout, err = p.cmd.StdoutPipe(); err != nil {
			return err
		}
		// Whatever else may hold the other end: this output is not wanted any more.
		context.AfterFunc(ctx, func() { p.stdout.Close() })
	} else {
		p.cmd.Stdout = &p.said
	}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	p.fed.Go(func() { p.feed(stdin) })
	return nil
}

// feed gives the process its input. That the command stops reading is its own affair.
// That the object cannot be read is not: then the command is ended without seeing an
// end of its input, which it would take for the end of the whole object.
func (p *process) feed(stdin io.WriteCloser) {
	_, err := io.Copy(stdin, p.input)
	if err == nil {
		stdin.Close()
	}
	if objects.KindOf(err) != objects.None {
		p.readErr = err
		p.cancel()
	}
}

// Read yields what the command writes to its standard output. It ends with io.EOF only
// after the command succeeded on the whole object: what is uploaded is never half of it.
func (p *process) Read(b []byte) (int, error) {
	n, err := p.stdout.Read(b)
	if err != nil {
		if p.err = p.wait(); p.err != nil {
			err = p.err
		}
	}
	return n, err
}

func (p *process) end() error {
	// The state of the process says more than the error: it may be there only because
	// something the command left behind kept its standard error open.
	_ = p.cmd.Wait()
	_ = p.signal(syscall.SIGKILL) // Whatever is left of the group.
	p.input.Close()
	p.fed.Wait()
	state := p.cmd.ProcessState
	switch {
	case p.readErr != nil:
		return p.readErr
	case state.Success():
		return nil
	}
	reason := p.said.String()
	if status, ok := state.Sys().(syscall.WaitStatus); reason == "" && ok && status.Signaled() {
		reason = "killed by signal: " + status.Signal().String()
	}
	return &failure{exitCode: state.ExitCode(), reason: cmp.Or(reason, fmt.Sprintf("exit code %d", state.ExitCode()))}
}

// stop ends the process if it has not ended yet.
func (p *process) stop() {
	p.cancel()
	_ = p.wait()
}

// signal sends the signal to the process and all that it started.
func (p *process) signal(signal syscall.Signal) error {
	return syscall.Kill(-p.cmd.Process.Pid, signal)
}
