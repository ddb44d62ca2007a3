package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/folder"
	"batchjobwithlambda/test/account"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/synth"
)

const (
	exitSucceeded = iota
	exitFailed
	exitNotRun
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // So that a second Ctrl-C does not wait for the jobs.
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

type options struct {
	in, out, environment string
	// files is the folder of the files that the command reads beside the objects.
	files string
	// pipeline is the name of the pipeline, which may be empty if there is only one.
	pipeline string
	input    string
	// deny is a glob over the keys below the input prefix that S3 refuses to let anybody read.
	deny string
	// lists is a folder, or empty.
	lists string
}

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) int {
	var o options
	flags := flag.NewFlagSet("local", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.in, "in", "", "the `folder` of the files to work on")
	flags.StringVar(&o.out, "out", "", "the `folder` for the outputs and the run's own files")
	flags.StringVar(&o.files, "files", "", "the `folder` that {files} in the command stands for")
	flags.StringVar(&o.environment, "env", "dev", "the `environment` to synthesize")
	flags.StringVar(&o.pipeline, "pipeline", "", "the `name` of the pipeline to run, if the environment has several")
	flags.StringVar(&o.input, "input", "{}", "the execution's input, as `JSON`")
	flags.StringVar(&o.deny, "deny", "", "a `glob` of keys that S3 refuses to read, to see what fails")
	flags.StringVar(&o.lists, "lists", "", "the `folder` of lists of objects, for the field list of -input")
	if err := flags.Parse(arguments); errors.Is(err, flag.ErrHelp) {
		return exitSucceeded
	} else if err != nil {
		return exitNotRun
	}
	result, err := o.execute(ctx, stdout)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitNotRun
	}
	if result.Status != statemachine.Succeeded {
		return exitFailed
	}
	return exitSucceeded
}

// execute synthesizes the stack and runs it.
func (o options) execute(ctx context.Context, stdout io.Writer) (statemachine.Result, error) {
	if err := o.check(); err != nil {
		return statemachine.Result{}, err
	}
	folder, err := os.MkdirTemp("", "local-run-")
	if err != nil {
		return statemachine.Result{}, err
	}
	defer os.RemoveAll(folder)
	fmt.Fprintf(stdout, "synthesizing %s, and building its programs for this machine\n", synth.Stack(o.environment))
	root, err := synth.Root()
	if err != nil {
		return statemachine.Result{}, err
	}
	s, err := synthesize(ctx, synth.App{Root: root}, o.environment, folder)
	if err != nil {
		return statemachine.Result{}, err
	}
	if err := s.build(ctx); err != nil {
		return statemachine.Result{}, err
	}
	if s.interpreter, err = statemachine.Start(s.root); err != nil {
		return statemachine.Result{}, err
	}
	result, err := o.run(ctx, s, folder, stdout)
	return result, errors.Join(err, s.interpreter.Close())
}

// run runs the stack over the files; what it needs only meanwhile it puts into the
// temporary folder.
func (o options) run(ctx context.Context, s stack, temporary string, stdout io.Writer) (statemachine.Result, error) {
	name := time.Now().UTC().Format("local-20060102-150405.000")
	logs := filepath.Join(o.out, "logs", name)
	p := &progress{out: stdout}
	d := &denial{glob: o.deny}
	a, err := account.Open(s.template, account.Options{
		Interpreter: s.interpreter,
		Programs:    s.programs,
		Directory:   temporary,
		Logs:        logs,
		Observe:     p.observe,
		S3:          []s3.Middleware{p.countOutputs, d.refuse},
	})
	if err != nil {
		return statemachine.Result{}, err
	}
	defer a.Close()
	pipeline, err := a.Pipeline(o.pipeline)
	if err != nil {
		return statemachine.Result{}, fmt.Errorf("-%w", err)
	}
	p.watch(pipeline.Output)
	d.input = pipeline.Input
	out := outFolder{path: o.out, store: a.Store, pipeline: pipeline}
	if err := out.restore(); err != nil {
		return statemachine.Result{}, err
	}
	files, err := out.upload(o.in, pipeline.Input)
	if err != nil {
		return statemachine.Result{}, err
	}
	if err := o.uploadFiles(out); err != nil {
		return statemachine.Result{}, err
	}
	p.print("%s has %d files, now objects below %s", o.in, files, pipeline.Input)
	if o.lists != "" {
		lists := contract.PlanSettings{Runs: pipeline.Runs}.Lists()
		if _, err := out.upload(o.lists, lists); err != nil {
			return statemachine.Result{}, err
		}
		p.print("the files of %s are below %s", o.lists, lists)
	}
	if pipeline.Inventories != "" {
		manifest, err := pipeline.TakeInventory()
		if err != nil {
			return statemachine.Result{}, err
		}
		p.print("an inventory of them is there for -input '{\"inventory\":%q}'", manifest)
	}
	p.print("execution %s", name)
	stop := p.tick()
	result, err := pipeline.Run(ctx, name, json.RawMessage(o.input))
	stop()
	if err != nil {
		return result, err
	}
	p.end(result)
	p.report(out, name)
	p.print("logs     %s", logs)
	return result, errors.Join(out.save(), o.record(pipeline))
}

// uploadFiles uploads the files that the command reads beside the objects, if it reads any.
func (o options) uploadFiles(out outFolder) error {
	reads := out.pipeline.Reference.Bucket != ""
	switch {
	case !reads && o.files == "":
		return nil
	case !reads:
		return fmt.Errorf("-files: got %q, want none: the command has no %s", o.files, contract.FilesDir)
	case o.files == "":
		return fmt.Errorf("-files: got none, want the folder that %s in the command stands for", contract.FilesDir)
	}
	_, err := out.upload(o.files, out.pipeline.Reference)
	return err
}

// record notes how the runs of the folder -out are made, for batch/operate.
func (o options) record(p *account.Pipeline) error {
	in, err := filepath.Abs(o.in)
	if err != nil {
		return err
	}
	files := o.files
	if files != "" {
		if files, err = filepath.Abs(files); err != nil {
			return err
		}
	}
	return folder.Record{In: in, Files: files, Environment: o.environment, Pipeline: p.Name}.Write(o.out)
}

// check returns every error in the options at once.
func (o options) check() error {
	var problems []error
	problems = append(problems, checkFolder("-in", o.in))
	if o.lists != "" {
		problems = append(problems, checkFolder("-lists", o.lists))
	}
	if o.out == "" {
		problems = append(problems, errors.New("-out: got nothing, want a folder, which is made if it is not there"))
	} else if inside, err := isInside(o.in, o.out); err != nil || inside {
		problems = append(
			problems,
			cmp.Or(err, fmt.Errorf("-out: got %q, want a folder outside of -in, which is %q", o.out, o.in)),
		)
	}
	if !doublestar.ValidatePattern(o.deny) {
		problems = append(problems, fmt.Errorf("-deny: got %q, want a glob such as 2026/**", o.deny))
	}
	if !json.Valid([]byte(o.input)) {
		problems = append(problems, fmt.Errorf("-input: got %q, want JSON", o.input))
	}
	return errors.Join(problems...)
}

func checkFolder(name, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("%s: got %q, want a folder: %w", name, path, err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%s: got the file %q, want a folder", name, path)
	}
	return nil
}

func isInside(folder, path string) (bool, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return false, err
	}
	if path, err = filepath.Abs(path); err != nil {
		return false, err
	}
	relative, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(relative), nil
}
