package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/worker/process"
)

// stallLimit is how long a connection may stall: what the AWS CLI and boto3 wait. Until
// then a connection that has died unnoticed holds an object.
const stallLimit = time.Minute

func main() {
	process.ServeIfLauncher()
	process.ScheduleAsBatch()
	// What panics then dies of a signal, as whatever else kills the worker, and is tried again.
	debug.SetTraceback("crash")
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
	job, err := readJob(arguments, environment)
	if err != nil {
		return err
	}
	pace := newPace()
	memory := memoryOf(job.settings.MemoryMiB)
	client, err := objects.Open(ctx, objects.Options{
		StallLimit:  stallLimit,
		Scratch:     job.settings.Scratch,
		Parallel:    memory.parallel,
		PartBytes:   memory.part,
		UploadBytes: memory.outputs,
		Throttled:   pace.slowDown,
		Buckets:     job.settings.Buckets,
	})
	if err != nil {
		return err
	}
	reference, err := openReference(ctx, client, job)
	if err != nil {
		return err
	}
	defer reference.close()
	variables, secrets := contract.CommandVariables(environment)
	runner, err := process.New(process.Settings{
		Command:       job.command,
		Variables:     variables,
		Secrets:       secrets,
		OutputSuffix:  job.settings.OutputSuffix,
		Files:         reference.folder,
		Scratch:       job.settings.Scratch,
		Concurrency:   job.settings.Concurrency,
		Limit:         job.settings.ObjectLimit,
		MemoryMiB:     job.settings.MemoryMiB,
		MemorySetting: job.run.MemorySetting(),
	})
	if err != nil {
		return err
	}
	defer runner.Close()
	planned, err := readShard(ctx, client, job.manifest, job.shard, job.settings.Input)
	if err != nil {
		return fmt.Errorf("shard %d: %w", job.shard, err)
	}
	w := &worker{
		job:       job,
		s3:        client,
		runner:    runner,
		pace:      pace,
		room:      newRoom(memory),
		reference: reference,
		outputs:   &outputs{s3: client, location: job.target.Location()},
		progress:  newProgress(log, job.shard, planned),
		journal:   newJournal(client.Put, job.run.Results(), job.shard, job.attempt, len(planned)),
	}
	if err := w.finish(ctx, planned); err != nil {
		// The error counts, and not what came of it: without its last words, the job is only
		// taken for one that has died.
		return errors.Join(err, w.journal.end(ctx))
	}
	w.progress.end()
	return nil
}
