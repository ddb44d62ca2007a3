package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// verb is something that can be done.
type verb struct {
	name string
	// does is a line of the help.
	does string
	// takesRun says that a run may be named.
	takesRun bool
	// listsJSON says that it can print JSON, too.
	listsJSON bool
	// prepare adds the verb's own flags, and returns what does it once they are read.
	prepare func(flags *flag.FlagSet) func(context.Context, *session) error
}

// verbs are in the order in which one comes to need them.
func verbs() []verb {
	return []verb{
		startVerb,
		watchVerb,
		runsVerb,
		reportVerb,
		failuresVerb,
		rerunVerb,
		stopVerb,
		doctorVerb,
		logsVerb,
		costVerb,
		settingsVerb,
	}
}

func verbNamed(name string) (verb, bool) {
	for _, v := range verbs() {
		if v.name == name {
			return v, true
		}
	}
	return verb{}, false
}

func verbNames() string {
	var names []string
	for _, v := range verbs() {
		names = append(names, v.name)
	}
	return strings.Join(names, ", ")
}

func printHelp(to io.Writer) {
	fmt.Fprint(to, "usage: go run ./batch/operate VERB [RUN] [flags]\n\n")
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, v := range verbs() {
		fmt.Fprintf(table, "  %s\t%s\n", v.usage(), v.does)
	}
	_ = table.Flush() // Nobody reads a help that cannot be written.
	fmt.Fprint(to, "\nWithout RUN, the newest run is meant. VERB -h lists the flags of one.\n")
}

func (v verb) usage() string {
	if v.takesRun {
		return v.name + " [RUN]"
	}
	return v.name
}

// execute reads the arguments and does it.
func (v verb) execute(ctx context.Context, s *session, arguments []string) error {
	flags := flag.NewFlagSet(v.name, flag.ContinueOnError)
	flags.SetOutput(s.messages)
	flags.Usage = func() {
		fmt.Fprintf(s.messages, "usage: go run ./batch/operate %s [flags]\n\n%s\n\n", v.usage(), v.does)
		flags.PrintDefaults()
	}
	s.addFlags(flags)
	if v.listsJSON {
		flags.BoolVar(&s.json, "json", false, "print JSON, a value a line")
	}
	do := v.prepare(flags)
	names, err := parse(flags, arguments)
	if err != nil {
		return err
	}
	most := 0
	if v.takesRun {
		most = 1
	}
	if len(names) > most {
		return fmt.Errorf("got the arguments %q, want: %s [flags]", names, v.usage())
	}
	if len(names) == 1 {
		s.run = names[0]
	}
	return do(ctx, s)
}

// parse reads the flags wherever they are, before or behind the names, and returns the names.
func parse(flags *flag.FlagSet, arguments []string) (names []string, err error) {
	for {
		if err := flags.Parse(arguments); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			return names, nil
		}
		names, arguments = append(names, flags.Arg(0)), flags.Args()[1:]
	}
}

// noFlags prepares a verb that has no flags of its own.
func noFlags(do func(context.Context, *session) error) func(*flag.FlagSet) func(context.Context, *session) error {
	return func(*flag.FlagSet) func(context.Context, *session) error { return do }
}
