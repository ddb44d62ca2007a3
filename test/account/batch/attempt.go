package batch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// stopTimeout is how long a job has between SIGTERM and SIGKILL ("Job timeouts", AWS
// Batch User Guide).
const stopTimeout = 30 * time.Second

// The reasons that AWS Batch gives for the end of an attempt.
const (
	reasonExited     = "Essential container in task exited"
	reasonTimeout    = "Job attempt duration exceeded timeout"
	reasonTerminated = "The execution was stopped"
	reasonNotStarted = "Task failed to start"
	// ReasonSpot is its reason when Spot interrupts a task.
	ReasonSpot = "Your Spot Task was interrupted."
)

// AttemptDetail is what AWS Batch tells of an attempt.
type AttemptDetail struct {
	Container            AttemptContainer
	StatusReason         string
	StartedAt, StoppedAt int64 // In milliseconds since 1970.
}

// AttemptContainer says how an attempt's program ended.
type AttemptContainer struct {
	// ExitCode is nil if the program never ran; if a signal ended it, 128 and the signal.
	ExitCode *int   `json:",omitempty"`
	Reason   string `json:",omitempty"`
}

// Attempt is one try of a job while it runs.
type Attempt struct {
	// Index is the job's index in its array, Number is 1 for the first try.
	Index, Number int

	process *os.Process
	ended   chan struct{}

	mu     sync.Mutex
	reason string
}

// Interrupt takes the attempt's machine away as Spot does, without a warning.
func (a *Attempt) Interrupt() { a.stop(ReasonSpot, syscall.SIGKILL) }

// stop gives the attempt a reason for its end, and the signal. The first reason stays.
func (a *Attempt) stop(reason string, signal syscall.Signal) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.reason == "" {
		a.reason = reason
	}
	if signal == syscall.SIGKILL { // Which is for everything in the container.
		syscall.Kill(-a.process.Pid, signal)
		return
	}
	a.process.Signal(signal)
}

// terminate asks the attempt to end, and after a while makes it.
func (a *Attempt) terminate(reason string) {
	a.stop(reason, syscall.SIGTERM)
	select {
	case <-a.ended:
	case <-time.After(stopTimeout):
		a.stop(reason, syscall.SIGKILL)
	}
}

// end is how an attempt ended.
type end struct {
	code                 *int
	reason, statusReason string
	// final says that the exit rules do not apply: the job was terminated, or took too long.
	final              bool
	started, stoppedAt time.Time
}

func (e end) detail() AttemptDetail {
	return AttemptDetail{
		Container: AttemptContainer{ExitCode: e.code, Reason: e.reason}, StatusReason: e.statusReason,
		StartedAt: e.started.UnixMilli(), StoppedAt: e.stoppedAt.UnixMilli(),
	}
}

func (r *Runner) attempt(ctx context.Context, j job, number int) (end, error) {
	scratch, err := os.MkdirTemp(r.Scratch, "job-")
	if err != nil {
		return end{}, fmt.Errorf("run job %s: %w", j.id, err)
	}
	defer os.RemoveAll(scratch)
	if r.Start != nil {
		if failure := r.Start(); failure != nil {
			return failure.end(), nil
		}
	}
	environment, err := r.environment(j, number, scratch)
	if err != nil {
		return end{}, fmt.Errorf("run job %s: %w", j.id, err)
	}
	log, err := r.Log(j.index)
	if err != nil {
		return end{}, fmt.Errorf("run job %s: %w", j.id, err)
	}
	defer log.Close()
	program := exec.Command(r.Program, j.command()...)
	program.Dir, program.Env = scratch, environment
	program.Stdout, program.Stderr = log, log
	program.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // So that Ctrl-C reaches only this process.
	program.WaitDelay = time.Second

	e := end{started: time.Now(), statusReason: reasonExited}
	if err := program.Start(); err != nil {
		return (&NoStart{Reason: "CannotStartContainerError: " + err.Error(), StatusReason: reasonNotStarted}).end(), nil
	}
	a := &Attempt{Index: j.index, Number: number, process: program.Process, ended: make(chan struct{})}
	defer context.AfterFunc(ctx, func() { a.terminate(reasonTerminated) })()
	if limit := j.definition.Timeout.AttemptDurationSeconds; limit > 0 {
		defer time.AfterFunc(time.Duration(limit)*time.Second, func() { a.terminate(reasonTimeout) }).Stop()
	}
	r.Observe(Event{Started: a})
	err = program.Wait()
	close(a.ended)
	syscall.Kill(-program.Process.Pid, syscall.SIGKILL) // Nothing of a container outlives its main process.

	e.stoppedAt = time.Now()
	e.code = exitCode(program.ProcessState)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.reason != "" {
		e.statusReason = a.reason
	}
	e.final = a.reason == reasonTerminated || a.reason == reasonTimeout
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited && !errors.Is(err, exec.ErrWaitDelay) {
		return e, fmt.Errorf("run job %s: %w", j.id, err)
	}
	return e, nil
}

func exitCode(state *os.ProcessState) *int {
	code := state.ExitCode()
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		code = 128 + int(status.Signal())
	}
	return &code
}

// environment is the job's: where it holds the path of a volume, the job is given
// the folder that stands for it.
func (r *Runner) environment(j job, number int, scratch string) ([]string, error) {
	volumes := map[string]string{}
	for i, mount := range j.definition.ContainerProperties.MountPoints {
		volumes[mount.ContainerPath] = filepath.Join(scratch, strconv.Itoa(i))
		if err := os.Mkdir(volumes[mount.ContainerPath], 0o700); err != nil {
			return nil, err
		}
	}
	environment := append(r.Environment[:len(r.Environment):len(r.Environment)], "PATH="+os.Getenv("PATH"))
	for _, variable := range j.definition.ContainerProperties.Environment {
		value := variable.Value
		if folder, ok := volumes[value]; ok {
			value = folder
		}
		environment = append(environment, variable.Name+"="+value)
	}
	for _, secret := range j.definition.ContainerProperties.Secrets {
		value, _ := secret.value() // It was there when the account was opened.
		environment = append(environment, secret.Name+"="+value)
	}
	environment = append(environment,
		"AWS_BATCH_JOB_ID="+j.id,
		"AWS_BATCH_JOB_ATTEMPT="+strconv.Itoa(number),
		"AWS_BATCH_JQ_NAME="+j.detail.JobQueue[strings.LastIndex(j.detail.JobQueue, "/")+1:],
		"AWS_BATCH_CE_NAME=local",
	)
	if j.size > 0 {
		environment = append(
			environment,
			"AWS_BATCH_JOB_ARRAY_INDEX="+strconv.Itoa(j.index),
			"AWS_BATCH_JOB_ARRAY_SIZE="+strconv.Itoa(j.size),
		)
	}
	return environment, nil
}
