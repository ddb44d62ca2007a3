package process

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"

	"batchjobwithlambda/batch/contract"
)

// grace is how long a command has to end by itself after SIGTERM. AWS Batch kills the job
// 30 s after it asked it to stop, and there are uploads to abort before that.
const grace = 5 * time.Second

// Settings are what the commands of a job have in common.
type Settings struct {
	Command contract.Command
	// Parameters are the values of the command's {param.NAME}, by name.
	Parameters map[string]string
	// Variables are environment variables for the command, beside those that every command has.
	Variables map[string]string
	// Secrets are variables as well, whose values never stand in the reason of a failure.
	Secrets map[string]string
	// OutputSuffix is what the name of {out} has after the name of the object.
	OutputSuffix string
	// Files is the path of {files}.
	Files string
	// Scratch is a directory that may be written to.
	Scratch string
	// Concurrency is how many commands run at once, 1 or more.
	Concurrency int
	// Limit is how long a command may work on an object; 0 is without a limit.
	Limit time.Duration
	// MemoryMiB is the memory of the job, and MemorySetting where it is set, for the reason of a failure.
	MemoryMiB     int
	MemorySetting string
}

// Runner runs the command. Its methods may be called by several goroutines at once.
type Runner struct {
	settings    Settings
	template    contract.Template
	program     string            // Absolute, because commands run elsewhere.
	environment map[string]string // What is the same for all objects.
	launchers   chan *launcher    // Those without a command to run; nil is one that is not started yet.
	folders     chan string       // The roots of folders in which nothing is left.
	grace       time.Duration
	drain       time.Duration
	patience    time.Duration
	maxOutputs  int
}

// New returns a runner of the command. Its error is one of the set-up: there is no such
// program, or a setting is wrong.
func New(settings Settings) (*Runner, error) {
	if err := settings.Command.Check(); err != nil {
		return nil, err
	}
	template, err := contract.ParseTemplate(settings.Command)
	if err != nil {
		return nil, err
	}
	for _, name := range template.Parameters() {
		if _, ok := settings.Parameters[name]; !ok {
			return nil, fmt.Errorf("command: got no value of %s, want one: add a default to the pipeline's parameters",
				contract.ParameterPlaceholder(name))
		}
	}
	program, err := exec.LookPath(settings.Command[0])
	if err != nil {
		return nil, fmt.Errorf("command: %w: add the program to batch/Dockerfile, or change the command", err)
	}
	if program, err = filepath.Abs(program); err != nil {
		return nil, fmt.Errorf("command: %w", err)
	}
	if settings.Scratch, err = filepath.Abs(settings.Scratch); err != nil {
		return nil, fmt.Errorf("scratch directory: %w", err)
	}
	environment, err := environment(settings.Variables, settings.Secrets)
	if err != nil {
		return nil, err
	}
	if err := adoptOrphans(); err != nil {
		return nil, fmt.Errorf("adopt the orphans of commands: %w", err)
	}
	r := &Runner{
		settings:    settings,
		template:    template,
		program:     program,
		environment: environment,
		launchers:   make(chan *launcher, settings.Concurrency),
		folders:     make(chan string, maxFolders),
		grace:       grace,
		drain:       drain,
		patience:    patience,
		maxOutputs:  maxOutputs,
	}
	for range settings.Concurrency {
		r.launchers <- nil
	}
	return r, nil
}

// Close ends the launchers and removes what the runner has left in the scratch directory. No
// command may be running.
func (r *Runner) Close() {
	for range r.settings.Concurrency {
		if l := <-r.launchers; l != nil {
			l.close()
		}
	}
	for {
		select {
		case root := <-r.folders:
			_ = removeAll(root)
		default:
			return
		}
	}
}

// take waits for a launcher that has nothing to do. It is nil if it has to be started first.
func (r *Runner) take(ctx context.Context) (*launcher, error) {
	if ctx.Err() == nil {
		select {
		case l := <-r.launchers:
			return l, nil
		case <-ctx.Done():
		}
	}
	return nil, context.Cause(ctx)
}

// giveBack returns a launcher that has nothing to do, or nil if it is gone.
func (r *Runner) giveBack(l *launcher) { r.launchers <- l }

// launch has the launcher start the command. It returns the launcher that does, or, with an
// error, the one to give back.
func (r *Runner) launch(l *launcher, command order, files []int) (_ *launcher, err error) {
	for range 2 { // It may have been killed, by a command of another.
		if l == nil {
			if l, err = startLauncher(r.patience); err != nil {
				return nil, err
			}
		}
		err = l.launch(command, files)
		if !errors.Is(err, errLost) {
			return l, err
		}
		l = nil
		if !errors.Is(err, errUnsent) {
			break
		}
	}
	return nil, err
}
