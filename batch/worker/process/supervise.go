package process

import (
	"context"
	"errors"
	"syscall"
	"time"
)

var errTimedOut = errors.New("the command works longer than the limit")

// run follows the command until it has ended, and all that it has started.
func (p *Process) run(ctx context.Context, l *launcher) {
	defer close(p.done)
	result, err := p.supervise(ctx, l)
	if err != nil {
		l = nil
	}
	p.folder.runner.giveBack(l)
	if err != nil || result.survivors > 0 {
		p.folder.survivors = true
		p.abandonPipes()
	}
	<-p.heard
	if p.input != nil {
		p.input.end()
	}
	p.usage = Usage{Elapsed: result.elapsed, PeakMemory: result.peakMemory, Survivors: int(result.survivors)}
	p.err = p.outcome(result, err)
}

// supervise returns the last reply of the launcher, or [errLost].
func (p *Process) supervise(ctx context.Context, l *launcher) (reply, error) {
	r, err := p.awaitEnd(ctx, l)
	switch {
	case err == nil && r.kind == finished:
		return r, nil
	case p.stopReason() != nil:
		l.request(terminate)
		if r, err = l.awaitFinished(p.folder.runner.grace); err == nil {
			return r, nil
		}
	case err == nil && p.stdout != nil: // Something is left.
		awaitWriters(p.stdout, p.folder.runner.drain)
	}
	l.request(kill)
	if r, err = l.awaitFinished(l.patience); err != nil {
		err = l.lose()
	}
	return r, err
}

// awaitEnd waits until the command has ended, or has to be stopped.
func (p *Process) awaitEnd(ctx context.Context, l *launcher) (reply, error) {
	defer context.AfterFunc(ctx, func() { p.interrupt(context.Cause(ctx)) })()
	if limit := p.folder.runner.settings.Limit; limit > 0 {
		defer time.AfterFunc(limit, func() { p.interrupt(errTimedOut) }).Stop()
	}
	r, err := l.read()
	p.ending.Lock()
	defer p.ending.Unlock()
	p.launcher = nil
	return r, err
}

// interrupt has the command stopped, unless it has ended, for the first reason that there is.
func (p *Process) interrupt(reason error) {
	p.ending.Lock()
	defer p.ending.Unlock()
	if p.launcher != nil && p.stopped == nil {
		p.stopped = reason
		p.launcher.interrupt()
	}
}

func (p *Process) stopReason() error {
	p.ending.Lock()
	defer p.ending.Unlock()
	return p.stopped
}

// outcome is nil if the command succeeded.
func (p *Process) outcome(result reply, err error) error {
	settings := p.folder.runner.settings
	stopped := p.stopReason()
	switch {
	case errors.Is(stopped, errTimedOut):
		return timedOut(settings.Limit, p.said.String())
	case stopped != nil:
		return stopped
	case err != nil:
		return lost(p.said.String())
	}
	return statusFailure(syscall.WaitStatus(result.code), p.said.String(), settings)
}

// hear reads what the command says.
func (p *Process) hear() {
	defer close(p.heard)
	defer p.stderr.Close()
	said := newRedactor(&p.said, p.folder.runner.settings.Secrets)
	defer said.Close()
	buffer := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buffer)
	for {
		n, err := p.stderr.Read(buffer[:])
		_, _ = said.Write(buffer[:n])
		if err != nil {
			return
		}
	}
}

// abandonPipes ends the reading of pipes whose other end a process may have that cannot be killed.
func (p *Process) abandonPipes() {
	_ = p.stderr.SetReadDeadline(time.Now().Add(survivorDelay))
	if p.stdout != nil {
		_ = p.stdout.SetReadDeadline(time.Unix(0, 0)) // See readStdout.
	}
}
