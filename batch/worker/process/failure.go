package process

import (
	"cmp"
	"errors"
	"fmt"
	"syscall"
	"time"
	"unicode/utf8"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/people"
)

// Failure is the failure of one object, or of one batch, and of nothing else.
type Failure struct {
	// ExitCode is how the command ended, as in [contract.Result]; 0 if it was not that.
	ExitCode int
	// Reason is for people: at most [contract.MaxReasonBytes].
	Reason string
	// TimedOut: the command worked longer than the limit.
	TimedOut bool
	// OutOfMemory: the kernel has probably killed the command because the job's memory ran out.
	OutOfMemory bool
	// Lost: something has killed the launcher of the command, or removed its folder: the command
	// itself, or one that ran at the same time. Run alone, the command shows which.
	Lost bool
}

func (f *Failure) Error() string { return f.Reason }

// BrokenError says that the command cannot be started for any object.
type BrokenError struct {
	Program string
	Err     error
}

func (b *BrokenError) Error() string {
	return fmt.Sprintf("command: start %s: %v: %s", b.Program, b.Err, b.hint())
}

func (b *BrokenError) Unwrap() error { return b.Err }

func (b *BrokenError) hint() string {
	switch {
	case errors.Is(b.Err, syscall.ENOENT):
		return "the program is there, but what runs it is not: the interpreter after its #!, or the C library " +
			"that it was built for: add that to batch/Dockerfile"
	case errors.Is(b.Err, syscall.EACCES):
		return "the job's user may not execute it: make it executable for all in batch/Dockerfile"
	case errors.Is(b.Err, syscall.ENOEXEC):
		return "it was built for another architecture than the job's, or is a script without #!"
	}
	return "change the command, or the program in batch/Dockerfile"
}

// startError is why a command was not started.
func startError(program string, number syscall.Errno) error {
	switch number {
	case syscall.E2BIG:
		return &Failure{Reason: "the arguments of the command are too long: " + number.Error()}
	case syscall.ENOENT, syscall.EACCES, syscall.EPERM, syscall.ENOEXEC, syscall.ELOOP, syscall.ENOTDIR:
		return &BrokenError{Program: program, Err: number}
	}
	return fmt.Errorf("start the command: %w", number)
}

// Exhausted reports whether the error says that something that all objects share is used up:
// disk, inodes, files, processes or memory. It may be there again when other objects are done.
// If no other object is under way, it is the failure of this one.
func Exhausted(err error) bool {
	for _, number := range []syscall.Errno{
		syscall.ENOSPC, syscall.EDQUOT, syscall.EMFILE, syscall.ENFILE, syscall.EAGAIN, syscall.ENOMEM,
	} {
		if errors.Is(err, number) {
			return true
		}
	}
	return false
}

// killedByShell is the exit code of a shell whose program was killed.
const killedByShell = 128 + int(syscall.SIGKILL)

// statusFailure is why a command that ended with the status failed, or nil if it did not.
func statusFailure(status syscall.WaitStatus, said string, settings Settings) error {
	switch {
	case status.Signaled() && status.Signal() == syscall.SIGKILL: // Not by us: then there is another reason.
		return &Failure{ExitCode: -1, Reason: reason(outOfMemory("killed", settings), said), OutOfMemory: true}
	case status.Signaled():
		return &Failure{ExitCode: -1, Reason: reason("killed by signal: "+status.Signal().String(), said)}
	case status.ExitStatus() == killedByShell:
		why := outOfMemory("exit code 137: killed", settings)
		return &Failure{ExitCode: killedByShell, Reason: reason(why, said), OutOfMemory: true}
	case status.ExitStatus() != 0:
		code := status.ExitStatus()
		return &Failure{ExitCode: code, Reason: cmp.Or(said, fmt.Sprintf("exit code %d", code))}
	}
	return nil
}

// lost is the failure of a command whose launcher was killed.
func lost(said string) *Failure {
	const why = "the process that started the command was killed: by the command, or by another one"
	return &Failure{ExitCode: -1, Reason: reason(why, said), Lost: true}
}

func outOfMemory(what string, settings Settings) string {
	if settings.MemoryMiB == 0 {
		return what + " (out of memory?)"
	}
	return fmt.Sprintf("%s (out of memory? the job has %s MiB: %s)",
		what, people.Number(int64(settings.MemoryMiB)), settings.MemorySetting)
}

func timedOut(limit time.Duration, said string) *Failure {
	text := limit.String()
	if limit%time.Minute == 0 {
		text = fmt.Sprintf("%d min", limit/time.Minute)
	}
	return &Failure{ExitCode: -1, Reason: reason("took longer than "+text, said), TimedOut: true}
}

// reason is what happened and, as far as there is room, the end of what the command said.
func reason(what, said string) string {
	if said == "" {
		return what
	}
	what += ": "
	if room := contract.MaxReasonBytes - len(what); len(said) > room {
		said = said[len(said)-room:]
		for !utf8.ValidString(said) { // A character that was cut.
			said = said[1:]
		}
	}
	return what + said
}
