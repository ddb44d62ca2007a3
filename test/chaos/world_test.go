package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/fakes3"
	"batchjobwithlambda/test/local/lambda"
)

const (
	bucket  = "bucket"
	started = "2026-11-22T18:30:00Z"

	exitBroken = 1
	exitKilled = 128 + int(syscall.SIGKILL)
)

// kind is what a finding is about.
type kind string

const (
	// lost is an object that was planned, and that a run neither did nor listed as failed.
	lost kind = "lost"
	// duplicated is an object that a run counted twice.
	duplicated kind = "duplicated"
	// halfWritten is an output that at some moment was not the whole output of anything
	// that its input ever was.
	halfWritten kind = "half-written"
	// different is an output that, in the end, is not that of a run without faults.
	different kind = "output differences"
	// wrong is anything else: a program that ended in a way that it must not.
	wrong kind = "wrong"
)

// finding is something that must not be.
type finding struct {
	kind kind
	text string
}

// world is an S3 and the programs, with somebody in between who may do harm.
type world struct {
	programs
	s3      *fakes3.Store
	server  *fakes3.Server
	folder  string
	command contract.Command
	// environment is what the programs get beside their settings.
	environment []string
	shards      int
	// attempts is how often a shard is tried, and exitCodes are how an attempt may end.
	attempts  int
	exitCodes []int

	// planned happens once a run is planned; nil is nothing.
	planned func(w *world)

	mu sync.Mutex
	// running is the program that is, and harm what is done to its requests; nil is none.
	running string
	harm    fault
	// kill sends the running program a signal.
	kill func(syscall.Signal)
	// inputs has each input's content, and is "gone" for one that was deleted.
	inputs map[string]*string
	// may has, by the key of an output, what its input's contents make.
	may   map[string][]string
	found []finding
}

// fault is what happens to a request instead of, before or after what should.
type fault func(w http.ResponseWriter, r *http.Request, s3 http.Handler)

func newWorld(p programs, command ...string) (*world, error) {
	directory, err := os.MkdirTemp(folder, "world-")
	if err != nil {
		return nil, err
	}
	w := &world{
		programs: p, folder: directory, s3: fakes3.NewStore(directory, bucket), command: command, shards: 1, attempts: 2,
		exitCodes: []int{contract.ExitThrough, contract.ExitTryAgain, contract.ExitStopped, exitKilled},
		inputs:    map[string]*string{}, may: map[string][]string{},
	}
	if w.server, err = fakes3.Serve(w.s3, w.between, w.watch); err != nil {
		return nil, err
	}
	w.environment = []string{
		"AWS_ENDPOINT_URL=" + w.server.URL, "AWS_REGION=eu-north-1", "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret",
		// The SDK's own attempts would hide from the programs what is done to them, and wait in between.
		"AWS_MAX_ATTEMPTS=1",
	}
	return w, nil
}

func (w *world) close() {
	w.server.Close()
	os.RemoveAll(w.folder)
}

func (w *world) report(kind kind, format string, values ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.found = append(w.found, finding{kind, fmt.Sprintf(format, values...)})
}

func (w *world) between(s3 http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		harm := w.harm
		w.mu.Unlock()
		if harm == nil {
			s3.ServeHTTP(rw, r)
			return
		}
		harm(rw, r, s3)
	})
}

// watch looks at an output after every request that may have changed it.
func (w *world) watch(s3 http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		s3.ServeHTTP(rw, r)
		key := keyOf(r)
		if r.Method == http.MethodGet || r.Method == http.MethodHead || !strings.HasPrefix(key, "output/") {
			return
		}
		content, ok := w.read(key)
		if !ok {
			return
		}
		w.mu.Lock()
		whole := slices.Contains(w.may[key], content)
		w.mu.Unlock()
		if !whole {
			w.report(halfWritten, "%s has %d bytes that no version of its input makes", key, len(content))
		}
	})
}

func keyOf(r *http.Request) string { return strings.TrimPrefix(r.URL.Path, "/"+bucket+"/") }

// read returns an object's content, whatever replaces it meanwhile.
func (w *world) read(key string) (string, bool) {
	for {
		if _, ok := w.s3.Get(bucket, key); !ok {
			return "", false
		}
		if content, err := w.s3.Read(bucket, key); err == nil {
			return string(content), true
		}
	}
}

// put puts an input.
func (w *world) put(name, content string) error {
	output, err := outputOf(w.command, content)
	if err != nil {
		return err
	}
	w.mu.Lock()
	w.inputs["input/"+name] = &content
	w.may["output/"+name+".out"] = append(w.may["output/"+name+".out"], output)
	w.mu.Unlock()
	_, err = w.s3.Put(bucket, "input/"+name, strings.NewReader(content), nil)
	return err
}

// remove deletes an input.
func (w *world) remove(name string) {
	w.mu.Lock()
	w.inputs["input/"+name] = nil
	w.mu.Unlock()
	w.s3.Delete(bucket, "input/"+name)
}

func outputKey(key string) string { return "output/" + strings.TrimPrefix(key, "input/") + ".out" }

// outputs remembers what commands make.
var outputs sync.Map

// outputOf is what the command makes of the content when nothing happens to it.
func outputOf(command contract.Command, content string) (string, error) {
	name := command.String() + content
	if output, ok := outputs.Load(name); ok {
		return output.(string), nil
	}
	process := exec.Command(command[0], command[1:]...)
	process.Stdin = strings.NewReader(content)
	output, err := process.Output()
	outputs.Store(name, string(output))
	return string(output), err
}

// suffer has the fault happen from now on, while the program runs; nil ends it.
func (w *world) suffer(harm fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.harm = harm
}

// run notes which program is running, and what sends it a signal.
func (w *world) run(program string, kill func(syscall.Signal)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running, w.kill = program, kill
}

// signal sends the running program a signal.
func (w *world) signal(signal syscall.Signal) {
	w.mu.Lock()
	kill := w.kill
	w.mu.Unlock()
	kill(signal)
}

func (w *world) isRunning() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.running
}

func variables(settings map[string]string) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		list = append(list, name+"="+settings[name])
	}
	return list
}

// invoke calls a function's program as AWS Lambda does.
func invoke[T any](ctx context.Context, w *world, program string, settings map[string]string, event any) (T, error) {
	var answer T
	text, err := json.Marshal(event)
	if err != nil {
		return answer, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w.run(filepath.Base(program), func(syscall.Signal) { cancel() })
	function := lambda.Function{
		Name: filepath.Base(program), ARN: "arn", Program: program, Timeout: time.Minute, MemoryMiB: 128,
		Environment: append(variables(settings), w.environment...),
		Log:         func() (io.WriteCloser, error) { return nothing{}, nil },
	}
	response, err := function.Invoke(ctx, text)
	if errors.Is(err, context.Canceled) { // It was killed: then the state machine has it run again.
		response, err = function.Invoke(context.WithoutCancel(ctx), text)
	}
	if err != nil {
		return answer, err
	}
	return answer, json.Unmarshal(response, &answer)
}

type nothing struct{}

func (nothing) Write(p []byte) (int, error) { return len(p), nil }
func (nothing) Close() error                { return nil }

func (w *world) plan(ctx context.Context, name, input string) (contract.Plan, error) {
	settings := contract.PlanSettings{Bucket: bucket, InputPrefix: "input/", MaxShards: w.shards, ShardBytes: 1}
	return invoke[contract.Plan](ctx, w, w.preprocess, settings.Variables(),
		contract.PlanRequest{Run: name, Started: started, Input: contract.RawInput(input)})
}

// attempt runs the worker on a shard once, and returns its exit code.
func (w *world) attempt(ctx context.Context, plan contract.Plan, shard int) int {
	process, log, err := w.start(ctx, plan, shard)
	if err != nil {
		w.report(wrong, "start the worker: %v", err)
		return exitBroken
	}
	return w.wait(process, log)
}

// start starts the worker on a shard.
func (w *world) start(ctx context.Context, plan contract.Plan, shard int) (*exec.Cmd, *bytes.Buffer, error) {
	settings := contract.WorkSettings{InputPrefix: "input/", OutputPrefix: "output/", OutputSuffix: ".out", Concurrency: 2, Scratch: w.folder}
	process := exec.CommandContext(ctx, w.worker, append([]string{plan.BatchInput.Manifest, plan.BatchInput.Results}, w.command...)...)
	process.Env = append(variables(settings.Variables()), w.environment...)
	process.Env = append(process.Env, "PATH="+os.Getenv("PATH"))
	if plan.Shards > 1 {
		process.Env = append(process.Env, fmt.Sprintf("AWS_BATCH_JOB_ARRAY_INDEX=%d", shard))
	}
	log := &bytes.Buffer{}
	process.Stderr = log
	started := make(chan struct{}) // Its first request may be here before there is a process to speak of.
	defer close(started)
	w.run("worker", func(signal syscall.Signal) {
		<-started
		_ = process.Process.Signal(signal)
	})
	return process, log, process.Start()
}

// wait returns the worker's exit code.
func (w *world) wait(process *exec.Cmd, log *bytes.Buffer) int {
	_ = process.Wait()
	code := process.ProcessState.ExitCode()
	if status := process.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
		code = 128 + int(status.Signal())
	}
	if !slices.Contains(w.exitCodes, code) {
		w.report(wrong, "the worker ended with exit code %d:\n%s", code, log)
	}
	return code
}

// job works on all shards as AWS Batch has it done: what a retry may cure is tried again.
func (w *world) job(ctx context.Context, plan contract.Plan) *contract.TaskError {
	var failed *contract.TaskError
	for shard := range plan.Shards {
		code := 0
		for range w.attempts {
			if code = w.attempt(ctx, plan, shard); code == contract.ExitThrough || code == exitBroken {
				break
			}
		}
		if code != contract.ExitThrough {
			failed = &contract.TaskError{Error: "States.TaskFailed", Cause: `{"StatusReason":"Essential container in task exited"}`}
		}
	}
	return failed
}

func (w *world) collectRun(ctx context.Context, name string, plan contract.Plan, failed *contract.TaskError) (contract.Report, error) {
	state, err := json.Marshal(contract.RunState{Plan: plan, JobError: failed})
	if err != nil {
		return contract.Report{}, err
	}
	settings := contract.CollectSettings{Bucket: bucket, Environment: "dev", Command: w.command}
	summary, err := invoke[contract.Summary](ctx, w, w.collect, settings.Variables(), contract.CollectRequest{Run: name, Started: started, State: state})
	if err != nil {
		return contract.Report{}, err
	}
	var report contract.Report
	text, _ := w.read("runs/" + name + "/report.json")
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		w.report(wrong, "the collector answered, and the report is %q: %v", text, err)
		return contract.Report{}, err
	}
	if summary.Outcome != report.Outcome {
		w.report(wrong, "the answer says %s, and the report %s", summary.Outcome, report.Outcome)
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

func (w *world) execute(ctx context.Context, name, input string) execution {
	e := execution{name: name, input: input}
	if e.plan, e.err = w.plan(ctx, name, input); e.err != nil {
		return e
	}
	if w.planned != nil {
		w.planned(w)
	}
	return w.finish(ctx, e, w.job(ctx, e.plan))
}

// finish adds up a run whose job has ended.
func (w *world) finish(ctx context.Context, e execution, failed *contract.TaskError) execution {
	if e.report, e.err = w.collectRun(ctx, e.name, e.plan, failed); e.err == nil {
		w.audit(e)
	}
	return e
}

// audit holds a report against what is there.
func (w *world) audit(e execution) {
	failed := map[string]bool{}
	for _, key := range w.manifest("runs/" + e.name + "/failed.jsonl") {
		failed[key] = true
	}
	w.auditCounts(e, failed)
	w.auditResults(e, failed)
}

// auditCounts looks for objects that a report has lost.
func (w *world) auditCounts(e execution, failed map[string]bool) {
	r, planned := e.report, w.manifest("runs/"+e.name+"/manifest.jsonl")
	if r.Objects != e.plan.Objects || r.Objects != int64(len(planned)) || r.Objects != r.Done+r.Skipped+r.Failed {
		w.report(lost, "%s: %d objects were planned, the manifest has %d; the report has %d: %d done, %d skipped, %d failed",
			e.name, e.plan.Objects, len(planned), r.Objects, r.Done, r.Skipped, r.Failed)
	}
	if r.Failed != int64(len(failed)) {
		w.report(lost, "%s: %d objects failed, and the list has %d", e.name, r.Failed, len(failed))
	}
	if (r.Failed > 0) != (r.Outcome == contract.RunFailed) {
		w.report(wrong, "%s: %d objects failed, and the outcome is %s", e.name, r.Failed, r.Outcome)
	}
	for _, key := range planned {
		output, ok := w.read(outputKey(key))
		if !failed[key] && (!ok || !slices.Contains(w.may[outputKey(key)], output)) {
			w.report(lost, "%s: %s counts as done, and its output is not there", e.name, key)
		}
	}
}

// auditResults looks for objects that count twice.
func (w *world) auditResults(e execution, failed map[string]bool) {
	seen := map[string]bool{}
	for shard := range e.plan.Shards {
		file, _ := w.read(fmt.Sprintf("runs/%s/results/%d.jsonl", e.name, shard))
		for result, err := range contract.ReadResults(strings.NewReader(file)) {
			if err != nil {
				w.report(wrong, "%s: shard %d left a broken result: %v", e.name, shard, err)
				break
			}
			if seen[result.Key] || (result.Status == contract.Failed) != failed[result.Key] {
				w.report(duplicated, "%s: %s is %s in its shard's result; in another's: %v; among the failures: %v",
					e.name, result.Key, result.Status, seen[result.Key], failed[result.Key])
			}
			seen[result.Key] = true
		}
	}
}

// manifest returns the keys of a manifest; none if it is not there.
func (w *world) manifest(key string) []string {
	file, _ := w.read(key)
	var keys []string
	for object, err := range contract.ReadManifest(strings.NewReader(file)) {
		if err != nil {
			w.report(wrong, "%s: %v", key, err)
			break
		}
		keys = append(keys, object.Key)
	}
	return keys
}

// recover does what a person would after a failed execution, until there is nothing left
// to do: run the failures again, or everything if nobody knows what failed. Then each
// object has to be as it is after a run without faults.
func (w *world) recover(ctx context.Context, e execution) {
	w.suffer(nil)
	for again := 2; !w.finished(e); again++ {
		input := e.input
		if e.err == nil {
			input = fmt.Sprintf(`{"manifest":%q}`, e.report.FailedManifest)
		}
		if again > 4 {
			w.report(lost, "after %d runs without faults there is still %v, %d failed", again-2, e.err, e.report.Failed)
			break
		}
		e = w.execute(ctx, fmt.Sprintf("again-%d", again), input)
	}
	w.compare()
}

// finished is whether only the objects failed that are gone.
func (w *world) finished(e execution) bool {
	if e.err != nil {
		return false
	}
	if e.report.Failed == 0 {
		return true
	}
	for _, key := range w.manifest("runs/" + e.name + "/failed.jsonl") {
		if w.inputs[key] != nil {
			return false
		}
	}
	return true
}

// compare holds the outputs against those of a run without faults.
func (w *world) compare() {
	want := map[string]string{}
	for key, content := range w.inputs {
		if content == nil {
			continue
		}
		output, err := outputOf(w.command, *content)
		if err != nil {
			w.report(wrong, "%v", err)
		}
		want[outputKey(key)] = output
	}
	for key := range want {
		if _, ok := w.read(key); !ok {
			w.report(lost, "%s was never made", key)
		}
	}
	for _, key := range w.s3.Keys(bucket, "output/") {
		if got, _ := w.read(key); got != want[key] {
			w.report(different, "%s has %d bytes, and %d after a run without faults", key, len(got), len(want[key]))
		}
	}
}
