package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// exitBroken says that the set-up is broken: no attempt will do better.
const exitBroken = 1

// stallLimit is how long a connection may stall: what the AWS CLI and boto3 wait. Until
// then a connection that has died unnoticed holds an object.
const stallLimit = time.Minute

func main() {
	// SIGTERM is how AWS Batch stops a job, SIGINT how a person does.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stderr))
}

// run is the program: it returns its exit code, and stops when the context is done.
func run(ctx context.Context, arguments, environment []string, stderr io.Writer) int {
	log := slog.New(slog.NewJSONHandler(stderr, nil))
	err := runShard(ctx, log, arguments, environment)
	code := exitCode(ctx, err)
	if err != nil {
		log.Error("stopped", "error", err.Error(), "exit_code", code)
	}
	return code
}

func runShard(ctx context.Context, log *slog.Logger, arguments, environment []string) error {
	if len(arguments) < 3 {
		return fmt.Errorf("arguments: got %q, want MANIFEST RESULTS COMMAND [ARGUMENT…]", arguments)
	}
	manifest, err := contract.ParseAddress(arguments[0])
	if err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	run, err := contract.RunOf(manifest)
	if err != nil {
		return err
	}
	results, err := contract.ParseLocation(arguments[1])
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	if results != run.Results() {
		return fmt.Errorf("results: got %s, want those of the manifest's run, %s", results, run.Results())
	}
	settings, err := contract.ReadSettings[contract.WorkSettings](environment)
	if err != nil {
		return err
	}
	number, err := contract.ShardNumber(environment)
	if err != nil {
		return err
	}
	command, err := newCommand(arguments[2:])
	if err != nil {
		return err
	}
	client, err := objects.Open(ctx, objects.Options{StallLimit: stallLimit, Scratch: settings.Scratch})
	if err != nil {
		return err
	}
	shard, err := readShard(ctx, client, manifest, number, settings.Input)
	if err != nil {
		return fmt.Errorf("shard %d: %w", number, err)
	}
	w := &worker{
		s3:       client,
		settings: settings,
		run:      run,
		command:  command,
		outputs:  &outputs{s3: client, location: settings.Output},
		progress: newProgress(log, number, shard),
	}
	made, err := w.work(ctx, shard)
	if err != nil {
		return err
	}
	if err := writeResults(ctx, client, contract.ResultAddress(results, number), made); err != nil {
		return err
	}
	w.progress.end()
	return nil
}
