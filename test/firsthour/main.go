package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// cleanUpLimit is how long it may take to remove everything, the update of the stack
// included.
const cleanUpLimit = 40 * time.Minute

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("firsthour", flag.ExitOnError)
	var o options
	flags.StringVar(&o.stack, "stack", "BatchJobWithLambda-dev", "the `name` of the stack")
	flags.StringVar(&o.pipeline, "pipeline", "", "the `name` of the pipeline, if the stack has more than one")
	flags.BoolVar(&o.yes, "yes", false, "start without asking")
	_ = flags.Parse(arguments) // It exits by itself.
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	return ask(ctx, loaded, o, os.Stdin, os.Stdout, os.Stderr)
}

type options struct {
	stack    string
	pipeline string
	yes      bool
	// pause is how to wait; nil waits.
	pause func(context.Context, time.Duration) error
}

// errBroken is returned when a claim that the pipeline relies on does not hold.
var errBroken = errors.New("not everything that the pipeline relies on holds")

// ask does all experiments. It returns an error if the pipeline relies on something that
// does not hold, and if anything could not be removed.
func ask(ctx context.Context, c aws.Config, o options, in io.Reader, out, progress io.Writer) error {
	h := &hour{
		clients:  newClients(c),
		findings: findings{out: out},
		name:     "firsthour-" + time.Now().UTC().Format("20060102t150405"),
		progress: progress,
		pause:    o.pause,
	}
	if h.pause == nil {
		h.pause = sleep
	}
	var err error
	if h.pipeline, err = findPipeline(ctx, h.clients, o.stack, o.pipeline); err != nil {
		return err
	}
	h.announce()
	if !o.yes && !agreed(in, out) {
		return errors.New("nothing was started")
	}
	for _, e := range experiments {
		h.try(ctx, e)
	}
	// Whoever interrupts wants nothing left behind either.
	clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpLimit)
	defer cancel()
	err = h.cleanUp(clean)
	if h.broken() > 0 {
		err = errors.Join(err, errBroken)
	}
	return err
}

// announce says what will be done, and what it costs.
func (h *hour) announce() {
	fmt.Fprintf(h.out, "This asks AWS what no page of it says, by the stack %s:\n\n", h.stack)
	for _, e := range experiments {
		fmt.Fprintf(h.out, "  - %s\n", e.does)
	}
	fmt.Fprintf(h.out, `
It takes about an hour, and costs about $0.40, less than $1 in any case. It notifies whoever the
topic of %s notifies, of three runs. Nobody should deploy or run anything there
meanwhile. What it makes is called %s, and removed in the end.

`, h.stack, h.name)
}

func agreed(in io.Reader, out io.Writer) bool {
	fmt.Fprint(out, "Type yes to start: ")
	line, _ := bufio.NewReader(in).ReadString('\n') // Nothing is not yes.
	return strings.TrimSpace(line) == "yes"
}
