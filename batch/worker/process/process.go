package process

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"
)

// Usage is what a command took.
type Usage struct {
	// Elapsed is the time from its start to the end of its own process.
	Elapsed time.Duration
	// PeakMemory is the most memory in bytes that one of its processes had at once. It is never
	// less than what a launcher has, and what was killed with a launcher is not counted.
	PeakMemory int64
	// Survivors is how many of the processes that it started could not be killed.
	Survivors int
}

// survivorDelay is how long to read from a pipe that a process which cannot be killed has.
const survivorDelay = 100 * time.Millisecond

// ErrStopped says that [Process.Stop] ended the command.
var ErrStopped = errors.New("the command was stopped")

// Process is a command at work.
type Process struct {
	folder *Folder
	stdout *os.File // Nil if the output is files.
	stderr *os.File
	said   tail
	heard  chan struct{} // Closed when all of standard error has been read.
	input  *feed         // Nil if there is none.

	ending   sync.Mutex
	launcher *launcher // Nil as soon as the command has ended or is being ended.
	stopped  error     // Why it was stopped, if it was.

	done  chan struct{} // Closed when what follows is set.
	usage Usage
	err   error
}

// Start starts the command in the folder as soon as fewer commands run than may. The input is
// what it reads from its standard input, or nil if it has none; it is closed when the command
// has ended. The command reads an *os.File itself, and anything else by a pipe. When the context
// is done, the command is ended, and its error is the context's.
//
// The error is a [Failure] of the object, a [BrokenError], the context's, or one of the system.
// If [Exhausted] holds for it, the command may be started again in this folder, with another input.
func (f *Folder) Start(ctx context.Context, input io.ReadCloser) (*Process, error) {
	p, err := f.start(ctx, input)
	if err != nil && input != nil {
		_ = input.Close()
	}
	return p, err
}

func (f *Folder) start(ctx context.Context, input io.ReadCloser) (*Process, error) {
	arguments, err := f.arguments()
	if err != nil {
		return nil, err
	}
	l, err := f.runner.take(ctx)
	if err != nil {
		return nil, err
	}
	pipes, err := openPipes(input, !f.toFiles())
	if err != nil {
		f.runner.giveBack(l)
		return nil, err
	}
	l, err = f.runner.launch(l, f.order(arguments), pipes.theirs)
	pipes.closeTheirs()
	if err != nil {
		f.runner.giveBack(l)
		pipes.closeOurs()
		return nil, f.startError(err)
	}
	p := &Process{
		folder:   f,
		stdout:   pipes.stdout,
		stderr:   pipes.stderr,
		heard:    make(chan struct{}),
		launcher: l,
		done:     make(chan struct{}),
	}
	if pipes.stdin != nil {
		p.input = &feed{input: input, pipe: pipes.stdin, broken: p.interrupt, done: make(chan struct{})}
		go p.input.run()
	} else if input != nil {
		_ = input.Close() // The command has it.
	}
	go p.hear()
	go p.run(ctx, l)
	return p, nil
}

// startError is why the command was not started in this folder.
func (f *Folder) startError(err error) error {
	if errors.Is(err, errLost) {
		return lost("")
	}
	if _, gone := os.Lstat(f.work); errors.Is(gone, fs.ErrNotExist) {
		return &Failure{Reason: "the folder of the object is gone: another command has removed it", Lost: true}
	}
	return err
}

// order is the command in this folder.
func (f *Folder) order(arguments []string) order {
	return order{
		directory: f.work,
		program:   f.runner.program,
		// Its own name first, as it was called: it is by this that busybox knows what to be.
		arguments:   append([]string{f.runner.settings.Command[0]}, arguments...),
		environment: f.environment(),
	}
}

// Read yields what the command writes to its standard output. It ends with io.EOF only after
// the command has succeeded on the whole input: what is made of it is never half of the output.
// A command whose output is in files has nothing to read.
func (p *Process) Read(b []byte) (int, error) {
	if p.stdout == nil {
		_, err := p.Wait()
		return 0, cmp.Or(err, io.EOF)
	}
	n, err := p.readStdout(b)
	if err == nil {
		return n, nil
	}
	if _, failed := p.Wait(); failed != nil {
		return n, failed
	}
	return n, err
}

func (p *Process) readStdout(b []byte) (int, error) {
	n, err := p.stdout.Read(b)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return n, err
	}
	// The command is over, and a process that cannot be killed has its standard output: all
	// that counts is there already.
	_ = p.stdout.SetReadDeadline(time.Now().Add(survivorDelay))
	if n, err = p.stdout.Read(b); errors.Is(err, os.ErrDeadlineExceeded) {
		err = io.EOF
	}
	_ = p.stdout.SetReadDeadline(time.Unix(0, 0))
	return n, err
}

// Wait waits until the command has ended, and all that it has started. The error is nil if the
// command succeeded, a [Failure] of the object, the context's, that with which reading the
// input ended, or [ErrStopped]. Standard output has to be read for the command to end.
func (p *Process) Wait() (Usage, error) {
	<-p.done
	return p.usage, p.err
}

// Stop ends the command, if it has not ended, waits for that and gives up what it has written.
func (p *Process) Stop() {
	p.interrupt(ErrStopped)
	<-p.done
	if p.stdout != nil {
		_ = p.stdout.Close()
	}
}
