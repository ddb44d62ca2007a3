package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/lambda"
)

func variables(settings map[string]string) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		list = append(list, name+"="+settings[name])
	}
	return list
}

// invoke calls a function's program as AWS Lambda does.
func invoke[T any](ctx context.Context, f *fixture, program string, settings map[string]string, event any) (T, error) {
	var answer T
	text, err := json.Marshal(event)
	if err != nil {
		return answer, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f.run(filepath.Base(program), func(syscall.Signal) { cancel() })
	function := f.function(program, settings)
	response, err := function.Invoke(ctx, text)
	if errors.Is(err, context.Canceled) { // It was killed: then the state machine has it run again.
		response, err = function.Invoke(context.WithoutCancel(ctx), text)
	}
	if err != nil {
		return answer, err
	}
	return answer, json.Unmarshal(response, &answer)
}

// function is the program as AWS Lambda would have it; nobody reads its log.
func (f *fixture) function(program string, settings map[string]string) *lambda.Function {
	return &lambda.Function{
		Name: filepath.Base(program), ARN: "arn", Program: program, Timeout: 15 * time.Minute, MemoryMiB: 128,
		Environment: append(variables(settings), f.environment...),
		Log:         func() (io.WriteCloser, error) { return os.OpenFile(os.DevNull, os.O_WRONLY, 0) },
	}
}

func (f *fixture) plan(ctx context.Context, name, input string) (contract.Plan, error) {
	settings := contract.PlanSettings{
		Input:           inputs,
		Output:          outputs,
		OutputSuffix:    outputSuffix,
		Runs:            runs,
		InventoryBucket: inventories,
		MaxShards:       f.shards,
		ShardTime:       10 * time.Minute,
		ShardBytes:      1,
	}
	if f.arrivals != nil {
		settings.Arrivals, settings.RunLimit = f.arrivals.URL, forEver
	}
	return invoke[contract.Plan](ctx, f, f.preprocess, settings.Variables(),
		contract.PlanRequest{
			Run: name, Started: started, Job: contract.Job{Command: f.command}, Input: contract.RawInput(input),
		})
}

// attempt runs the worker on a shard once, as the attempt with the number, and returns its exit
// code.
func (f *fixture) attempt(ctx context.Context, plan contract.Plan, shard, number int) int {
	process, log, err := f.start(ctx, plan, shard, number)
	if err != nil {
		f.report(wrong, "start the worker: %v", err)
		return contract.ExitBroken
	}
	return f.wait(process, log)
}

// start starts the worker on a shard.
func (f *fixture) start(
	ctx context.Context,
	plan contract.Plan,
	shard, number int,
) (*exec.Cmd, *bytes.Buffer, error) {
	settings := contract.WorkSettings{
		Input:        inputs,
		Output:       outputs,
		OutputSuffix: outputSuffix,
		Concurrency:  2,
		MemoryMiB:    2048,
		Scratch:      f.folder,
		Batch:        contract.Batch{Objects: 10, Bytes: 1 << 30},
	}
	process := exec.CommandContext(
		ctx,
		f.worker,
		append([]string{plan.BatchInput.Manifest, plan.BatchInput.Results, "{}"}, f.command...)...)
	process.Env = append(variables(settings.Variables()), f.environment...)
	process.Env = append(process.Env, "PATH="+os.Getenv("PATH"), fmt.Sprintf("AWS_BATCH_JOB_ATTEMPT=%d", number))
	if plan.Shards > 1 {
		process.Env = append(process.Env, fmt.Sprintf("AWS_BATCH_JOB_ARRAY_INDEX=%d", shard))
	}
	log := &bytes.Buffer{}
	process.Stderr = log
	started := make(chan struct{}) // Its first request may be here before there is a process to speak of.
	defer close(started)
	f.run("worker", func(signal syscall.Signal) {
		<-started
		_ = process.Process.Signal(signal)
	})
	return process, log, process.Start()
}

// wait returns the worker's exit code.
func (f *fixture) wait(process *exec.Cmd, log *bytes.Buffer) int {
	_ = process.Wait()
	code := process.ProcessState.ExitCode()
	if status := process.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
		code = 128 + int(status.Signal())
	}
	if !slices.Contains(f.exitCodes, code) {
		f.report(wrong, "the worker ended with exit code %d:\n%s", code, log)
	}
	return code
}

// job works on all shards as AWS Batch has it done: what a retry may cure is tried again.
func (f *fixture) job(ctx context.Context, plan contract.Plan) *contract.TaskError {
	var failed *contract.TaskError
	for shard := range plan.Shards {
		code := exitKilled
		for number := f.begun + 1; number <= f.attempts; number++ {
			if code = f.attempt(ctx, plan, shard, number); code == contract.ExitDone || code == contract.ExitBroken {
				break
			}
		}
		if code != contract.ExitDone {
			failed = &contract.TaskError{
				Error: "States.TaskFailed",
				Cause: `{"StatusReason":"Essential container in task exited"}`,
			}
		}
	}
	return failed
}

var collectSettings = contract.CollectSettings{
	Input:        inputs,
	Output:       outputs,
	OutputSuffix: outputSuffix,
	Runs:         runs,
	Environment:  "dev",
	Pipeline:     "main",
}

func (f *fixture) collectRun(
	ctx context.Context,
	name string,
	plan contract.Plan,
	failed *contract.TaskError,
) (contract.Report, error) {
	state, err := json.Marshal(contract.RunState{Plan: plan, JobError: failed})
	if err != nil {
		return contract.Report{}, err
	}
	summary, err := invoke[contract.Summary](
		ctx,
		f,
		f.collect,
		collectSettings.Variables(),
		contract.CollectRequest{Run: name, Started: started, Job: contract.Job{Command: f.command}, State: state},
	)
	if err != nil {
		return contract.Report{}, err
	}
	var report contract.Report
	text, _ := f.read("runs/" + name + "/report.json")
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		f.report(wrong, "the collector answered, and the report is %q: %v", text, err)
		return contract.Report{}, err
	}
	if summary.Outcome != report.Outcome {
		f.report(wrong, "the answer says %s, and the report %s", summary.Outcome, report.Outcome)
	}
	return report, nil
}

// execution is a run from its start to its end.
type execution struct {
	name, input string
	plan        contract.Plan
	report      contract.Report
	// err says why it ended without a report: it could not be planned, or not added up.
	err error
}

func (f *fixture) execute(ctx context.Context, name, input string) execution {
	e := execution{name: name, input: input}
	if e.plan, e.err = f.plan(ctx, name, input); e.err != nil {
		return e
	}
	f.begun = 0
	if f.planned != nil {
		f.planned(ctx, f, e.plan)
	}
	return f.finish(ctx, e, f.job(ctx, e.plan))
}

// finish adds up a run whose job has ended.
func (f *fixture) finish(ctx context.Context, e execution, failed *contract.TaskError) execution {
	if e.report, e.err = f.collectRun(ctx, e.name, e.plan, failed); e.err == nil {
		f.audit(e)
	}
	return e
}
