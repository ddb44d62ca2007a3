package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"batchjobwithlambda/batch/contract"
)

// exitBroken says that the set-up is broken: no attempt will do better.
const exitBroken = 1

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
		return fmt.Errorf("arguments %q: allowed are MANIFEST RESULTS COMMAND [ARGUMENT…]", arguments)
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
	store, err := openStore(ctx, stallLimit)
	if err != nil {
		return err
	}
	objects, err := readShard(ctx, store, manifest, number, settings.Input)
	if err != nil {
		return fmt.Errorf("shard %d: %w", number, err)
	}
	w := &worker{
		store: store, settings: settings, run: run, command: command,
		outputs: &outputs{store: store, location: settings.Output}, progress: newProgress(log, number, objects),
	}
	made, err := w.work(ctx, objects)
	if err != nil {
		return err
	}
	if err := writeResults(ctx, store, contract.ResultAddress(results, number), made); err != nil {
		return err
	}
	w.progress.end()
	return nil
}
