package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"batchjobwithlambda/batch/operate/runs"
)

const (
	exitDone = iota
	exitRunFailed
	exitNotDone
	// exitInterrupted is what a shell makes of a program that Ctrl-C has ended.
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // So that a second Ctrl-C does not wait for anything.
	os.Exit(operate(ctx, os.Args[1:], os.Stdout, os.Stderr, runs.RealClock{}))
}

// errRunFailed is returned when the run that a verb started or watched did not succeed, which
// has been printed already.
var errRunFailed = errors.New("the run did not succeed")

// errInterrupted is returned when a person had enough, which was answered already.
var errInterrupted = errors.New("interrupted")

func operate(ctx context.Context, arguments []string, stdout, stderr io.Writer, clock runs.Clock) int {
	if len(arguments) == 0 {
		printHelp(stderr)
		return exitNotDone
	}
	if arguments[0] == "help" || arguments[0] == "-h" || arguments[0] == "-help" || arguments[0] == "--help" {
		printHelp(stdout)
		return exitDone
	}
	v, ok := verbNamed(arguments[0])
	if !ok {
		fmt.Fprintf(stderr, "got the verb %q, want one of: %s\n", arguments[0], verbNames())
		return exitNotDone
	}
	s := &session{out: stdout, messages: stderr, clock: clock}
	switch err := v.execute(ctx, s, arguments[1:]); {
	case err == nil:
		return exitDone
	case errors.Is(err, flag.ErrHelp): // It was printed by the flags.
		return exitDone
	case errors.Is(err, errRunFailed):
		return exitRunFailed
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	default:
		fmt.Fprintf(stderr, "%s: %v\n", v.name, err)
		if errors.Is(err, runs.ErrNone) {
			fmt.Fprintln(stderr, "the verb runs lists the names of the runs")
		}
		return exitNotDone
	}
}
