package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account"
	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/account/sns"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/synth"
	"batchjobwithlambda/test/template"
)

// dev, prod, and the others, which are test/matrix's, are synthesized and built once, and shared by the
// tests, which change copies of a template.
var dev, prod, several, lent, abroad, secret, stored, starting, examples, large stack

func TestMain(m *testing.M) {
	if err := runTests(m); err != nil {
		log.Fatal(err)
	}
}

func runTests(m *testing.M) error {
	folder, err := os.MkdirTemp("", "local-test-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	ctx := context.Background()
	root, err := synth.Root()
	if err != nil {
		return err
	}
	stacks := []struct {
		environment string
		from        synth.App
		into        *stack
	}{
		{"dev", synth.App{Root: root}, &dev},
		{"prod", synth.App{Root: root}, &prod},
		{"several", synth.App{Root: root, Program: "test/matrix"}, &several},
		{"lent", synth.App{Root: root, Program: "test/matrix"}, &lent},
		{"abroad", synth.App{Root: root, Program: "test/matrix"}, &abroad},
		{"secret", synth.App{Root: root, Program: "test/matrix"}, &secret},
		{"stored", synth.App{Root: root, Program: "test/matrix"}, &stored},
		{"starting", synth.App{Root: root, Program: "test/matrix"}, &starting},
		{"examples", synth.App{Root: root, Program: "test/matrix"}, &examples},
		{"large", synth.App{Root: root, Program: "test/matrix"}, &large},
	}
	for _, each := range stacks {
		if *each.into, err = synthesize(ctx, each.from, each.environment, filepath.Join(folder, each.environment)); err != nil {
			return err
		}
	}
	if err := dev.build(ctx); err != nil {
		return err
	}
	if dev.interpreter, err = statemachine.Start(dev.root); err != nil {
		return err
	}
	for _, other := range stacks {
		other.into.programs, other.into.interpreter = dev.programs, dev.interpreter
	}
	m.Run()
	return dev.interpreter.Close()
}

// change is what another configuration would have made of the template.
type change func(t *testing.T, changed *template.Template)

// changed is dev with a template of its own.
func changed(t *testing.T, changes ...change) stack {
	t.Helper()
	return dev.with(t, changes...)
}

// with is the stack with a template of its own.
func (s stack) with(t *testing.T, changes ...change) stack {
	t.Helper()
	var err error
	if s.template, err = s.template.Clone(); err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		change(t, s.template)
	}
	return s
}

// at follows the names to a part of a resource's properties.
func at(t *testing.T, properties map[string]any, path ...string) map[string]any {
	t.Helper()
	for _, name := range path {
		part, ok := properties[name].(map[string]any)
		if !ok {
			t.Fatalf("the template has no %s", strings.Join(path, "."))
		}
		properties = part
	}
	return properties
}

// variables are the environment variables of the function with the given program.
func variables(t *testing.T, changed *template.Template, program string) map[string]any {
	t.Helper()
	for _, function := range changed.OfType("AWS::Lambda::Function") {
		if function.Properties["Handler"] == program {
			return at(t, function.Properties, "Environment", "Variables")
		}
	}
	t.Fatalf("the template has no function for %s", program)
	return nil
}

// only are the properties of the one resource of a type.
func only(t *testing.T, changed *template.Template, name string) map[string]any {
	t.Helper()
	resource, err := changed.Only(name)
	if err != nil {
		t.Fatal(err)
	}
	return resource.Properties
}

func definition(t *testing.T, changed *template.Template) map[string]any {
	t.Helper()
	return only(t, changed, "AWS::Batch::JobDefinition")
}

// editDefinition replaces what the pattern finds in the state machine's definition.
func editDefinition(t *testing.T, changed *template.Template, pattern, by string) {
	t.Helper()
	found, replace := false, regexp.MustCompile(pattern)
	join := at(t, only(t, changed, "AWS::StepFunctions::StateMachine"), "DefinitionString")["Fn::Join"].([]any)
	parts := join[1].([]any)
	for i, part := range parts {
		if text, ok := part.(string); ok && replace.MatchString(text) {
			parts[i], found = replace.ReplaceAllLiteralString(text, by), true
		}
	}
	if !found {
		t.Fatalf("the state machine's definition has no %s", pattern)
	}
}

// command makes the run's command a shell's script.
func command(script string) change {
	return func(t *testing.T, changed *template.Template) {
		shell := contract.Command{"sh", "-c", script}
		editDefinition(t, changed, `"command":\[.*?\],"memory_mib`, `"command":`+shell.String()+`,"memory_mib`)
		at(t, definition(t, changed), "ContainerProperties")["Command"] = append(
			[]string{"Ref::manifest", "Ref::results", "Ref::parameters"},
			shell...)
	}
}

// oneAttempt takes from each job all attempts but the first.
func oneAttempt(t *testing.T, changed *template.Template) {
	at(t, definition(t, changed), "RetryStrategy")["Attempts"] = 1
}

// tolerating makes a run succeed although this percentage of its objects fails.
func tolerating(percentage string) change {
	return func(t *testing.T, changed *template.Template) {
		editDefinition(t, changed, `"tolerated_failure_percentage":[0-9.]+`, `"tolerated_failure_percentage":`+percentage)
	}
}

// aJobForEachObject makes every object a shard.
func aJobForEachObject(t *testing.T, changed *template.Template) {
	variables(t, changed, "preprocess")["SHARD_BYTES"] = "1"
}

// seen is what was seen of a deployed stack.
type seen struct {
	mu       sync.Mutex
	states   []string // Entered, in order.
	messages []sns.Message
	jobs     int // Submitted.
	ended    map[int]batch.Ended
	// endedBefore is how many jobs had ended when a state was entered.
	endedBefore map[string]int
	accesses    []iam.Access
	begun       []account.Begun
	// onStart is told of each attempt of a job, if it is set.
	onStart func(*batch.Attempt)
}

// pipeline is a pipeline of a deployed stack.
type pipeline struct {
	*account.Pipeline
	*seen
	store *s3.Store
	// logs is the folder with what the programs have logged.
	logs string
}

// open deploys a stack, and returns its first pipeline.
func open(t *testing.T, s stack, middleware ...s3.Middleware) *pipeline {
	t.Helper()
	return openAll(t, s, middleware...)[0]
}

// openNamed deploys a stack, and returns its pipelines by their names.
func openNamed(t *testing.T, s stack) map[string]*pipeline {
	t.Helper()
	pipelines := map[string]*pipeline{}
	for _, p := range openAll(t, s) {
		pipelines[p.Name] = p
	}
	return pipelines
}

// openBeside deploys a stack beside buckets that it has not made, without retries, which would take
// time where one of them refuses.
func openBeside(t *testing.T, s stack, others []account.OthersBucket) *pipeline {
	t.Helper()
	s = s.with(t, withoutRetries)
	s.others = others
	return open(t, s)
}

// pasted is what an output of the stack has an owner paste.
func (s stack) pasted(t *testing.T, output string) string {
	t.Helper()
	text, err := s.template.Output(output)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// openAll deploys a stack, and returns its pipelines.
func openAll(t *testing.T, s stack, middleware ...s3.Middleware) []*pipeline {
	t.Helper()
	observed := &seen{ended: map[int]batch.Ended{}, endedBefore: map[string]int{}}
	folder := t.TempDir()
	opened, err := account.Open(s.template, account.Options{
		Interpreter: s.interpreter,
		Programs:    s.programs,
		Directory:   folder,
		Logs:        filepath.Join(folder, "logs"),
		Observe:     observed.observe,
		S3:          middleware,
		Others:      s.others,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		opened.Close()
		if t.Failed() {
			printLogs(t, filepath.Join(folder, "logs"))
		}
	})
	var pipelines []*pipeline
	for _, p := range opened.Pipelines {
		pipelines = append(pipelines, &pipeline{
			Pipeline: p,
			seen:     observed,
			store:    opened.Store,
			logs:     filepath.Join(folder, "logs"),
		})
	}
	return pipelines
}

func printLogs(t *testing.T, folder string) {
	paths, _ := filepath.Glob(filepath.Join(folder, "*"))
	for _, path := range paths {
		text, _ := os.ReadFile(path)
		t.Logf("%s:\n%s", filepath.Base(path), text)
	}
}

func (s *seen) observe(event any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch event := event.(type) {
	case statemachine.Event:
		if event.Type == "StateEntered" {
			s.states = append(s.states, event.State)
			s.endedBefore[event.State] = len(s.ended)
		}
	case sns.Message:
		s.messages = append(s.messages, event)
	case account.Begun:
		s.begun = append(s.begun, event)
	case iam.Access:
		s.accesses = append(s.accesses, event)
	case batch.Event:
		s.jobs += event.Submitted
		if event.Ended != nil {
			s.ended[event.Ended.Index] = *event.Ended
		}
		if event.Started != nil && s.onStart != nil {
			s.onStart(event.Started)
		}
	}
}

// put makes objects of the texts, by their keys below the input prefix.
func (p *pipeline) put(t *testing.T, texts map[string]string) {
	t.Helper()
	for name, text := range texts {
		if _, err := p.store.Put(p.Input.Bucket, p.Input.Prefix+name, strings.NewReader(text), nil); err != nil {
			t.Fatal(err)
		}
	}
}

func (p *pipeline) run(t *testing.T, name, input string) statemachine.Result {
	t.Helper()
	result, err := p.Run(t.Context(), name, json.RawMessage(input))
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func (p *pipeline) wantStatus(t *testing.T, result statemachine.Result, status statemachine.Status, failure string) {
	t.Helper()
	if result.Status != status || result.Error != failure {
		t.Errorf(
			"the execution ended %s with %q (%s), want %s with %q",
			result.Status,
			result.Error,
			result.Cause,
			status,
			failure,
		)
	}
}

func (p *pipeline) report(t *testing.T, name string) contract.Report {
	t.Helper()
	address := p.Files(name).Report()
	text, err := p.store.Read(address.Bucket, address.Key)
	if err != nil {
		t.Fatal(err)
	}
	return decodeReport(t, text)
}

func decodeReport(t *testing.T, text []byte) contract.Report {
	t.Helper()
	var report contract.Report
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	return report
}

// wantCounts compares the counts of a run. What is skipped had a job that found out that it is done, or
// none.
func (p *pipeline) wantCounts(t *testing.T, name string, done, skipped, failed int64) {
	t.Helper()
	report := p.report(t, name)
	made := report.Origin.Made
	if report.Done != done || report.Skipped+made != skipped || report.Failed != failed ||
		report.Objects+made != done+skipped+failed {
		t.Errorf("of %d objects %d are done, %d skipped and %d failed, and %d need no job, want %d, %d and %d",
			report.Objects, report.Done, report.Skipped, report.Failed, made, done, skipped, failed)
	}
}

// outputs are the contents of all outputs, by their keys below the output prefix.
func (p *pipeline) outputs(t *testing.T) map[string]string {
	t.Helper()
	outputs := map[string]string{}
	for _, key := range p.store.Keys(p.Output.Bucket, p.Output.Prefix) {
		content, err := p.store.Read(p.Output.Bucket, key)
		if err != nil {
			t.Fatal(err)
		}
		outputs[strings.TrimPrefix(key, p.Output.Prefix)] = string(content)
	}
	return outputs
}
