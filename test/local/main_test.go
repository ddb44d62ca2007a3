package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account"
	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

// dev and prod are synthesized and built once, and shared by the tests, which change
// copies of dev's template.
var dev, prod stack

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
	if dev, err = synthesize(ctx, "dev", filepath.Join(folder, "dev")); err != nil {
		return err
	}
	if prod, err = synthesize(ctx, "prod", filepath.Join(folder, "prod")); err != nil {
		return err
	}
	if err := dev.build(ctx); err != nil {
		return err
	}
	if dev.interpreter, err = statemachine.Start(dev.root); err != nil {
		return err
	}
	prod.programs, prod.interpreter = dev.programs, dev.interpreter
	m.Run()
	return dev.interpreter.Close()
}

// change is what another Config would have made of the template.
type change func(t *testing.T, changed *template.Template)

// changed is dev with a template of its own.
func changed(t *testing.T, changes ...change) stack {
	t.Helper()
	return dev.with(t, changes...)
}

// with is the stack with a template of its own.
func (s stack) with(t *testing.T, changes ...change) stack {
	t.Helper()
	text, err := json.Marshal(s.template)
	if err != nil {
		t.Fatal(err)
	}
	copied, err := template.Parse(s.template.Stack, text)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		change(t, copied)
	}
	s.template = copied
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
	for _, id := range changed.OfType("AWS::Lambda::Function") {
		if properties := changed.Resources[id].Properties; properties["Handler"] == program {
			return at(t, properties, "Environment", "Variables")
		}
	}
	t.Fatalf("the template has no function for %s", program)
	return nil
}

func definition(t *testing.T, changed *template.Template) map[string]any {
	t.Helper()
	return changed.Resources[changed.OfType("AWS::Batch::JobDefinition")[0]].Properties
}

// command makes the run's command a shell's script.
func command(script string) change {
	return func(t *testing.T, changed *template.Template) {
		shell := contract.Command{"sh", "-c", script}
		variables(t, changed, "collect")["COMMAND"] = shell.String()
		at(t, definition(t, changed), "ContainerProperties")["Command"] = append(
			[]string{"Ref::manifest", "Ref::results"},
			shell...)
	}
}

// tolerating makes a run succeed although this percentage of its objects fails.
func tolerating(percentage string) change {
	return func(t *testing.T, changed *template.Template) {
		variables(t, changed, "collect")["TOLERATED_FAILURE_PERCENTAGE"] = percentage
	}
}

// aJobForEachObject makes every object a shard.
func aJobForEachObject(t *testing.T, changed *template.Template) {
	variables(t, changed, "preprocess")["SHARD_BYTES"] = "1"
}

// pipeline is a deployed stack, and all that was seen of it.
type pipeline struct {
	*account.Account

	mu       sync.Mutex
	states   []string // Entered, in order.
	messages []account.Message
	jobs     int // Submitted.
	ended    map[int]batch.Ended
	accesses []account.Access
	// onStart is told of each attempt of a job, if it is set.
	onStart func(*batch.Attempt)
}

func open(t *testing.T, s stack, middleware ...s3.Middleware) *pipeline {
	t.Helper()
	p := &pipeline{ended: map[int]batch.Ended{}}
	folder := t.TempDir()
	opened, err := account.Open(s.template, account.Options{
		Interpreter: s.interpreter,
		Programs:    s.programs,
		Directory:   folder,
		Logs:        filepath.Join(folder, "logs"),
		Observe:     p.observe,
		S3:          middleware,
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
	p.Account = opened
	return p
}

func printLogs(t *testing.T, folder string) {
	paths, _ := filepath.Glob(filepath.Join(folder, "*"))
	for _, path := range paths {
		text, _ := os.ReadFile(path)
		t.Logf("%s:\n%s", filepath.Base(path), text)
	}
}

func (p *pipeline) observe(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch event := event.(type) {
	case statemachine.Event:
		if event.Type == "StateEntered" {
			p.states = append(p.states, event.State)
		}
	case account.Message:
		p.messages = append(p.messages, event)
	case account.Access:
		p.accesses = append(p.accesses, event)
	case batch.Event:
		p.jobs += event.Submitted
		if event.Ended != nil {
			p.ended[event.Ended.Index] = *event.Ended
		}
		if event.Started != nil && p.onStart != nil {
			p.onStart(event.Started)
		}
	}
}

// put makes objects of the texts, by their keys below the input prefix.
func (p *pipeline) put(t *testing.T, texts map[string]string) {
	t.Helper()
	for name, text := range texts {
		if _, err := p.Store.Put(p.Bucket, p.Settings.Input.Prefix+name, strings.NewReader(text), nil); err != nil {
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
	text, err := p.Store.Read(p.Bucket, runOf(p.Account, name).Report().Key)
	if err != nil {
		t.Fatal(err)
	}
	var report contract.Report
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	return report
}

func (p *pipeline) wantCounts(t *testing.T, name string, done, skipped, failed int64) {
	t.Helper()
	report := p.report(t, name)
	if report.Done != done || report.Skipped != skipped || report.Failed != failed ||
		report.Objects != done+skipped+failed {
		t.Errorf("of %d objects %d are done, %d skipped and %d failed, want %d, %d and %d",
			report.Objects, report.Done, report.Skipped, report.Failed, done, skipped, failed)
	}
}

// outputs are the contents of all outputs, by their keys below the output prefix.
func (p *pipeline) outputs(t *testing.T) map[string]string {
	t.Helper()
	outputs := map[string]string{}
	for _, key := range p.Store.Keys(p.Bucket, p.Settings.Output.Prefix) {
		content, err := p.Store.Read(p.Bucket, key)
		if err != nil {
			t.Fatal(err)
		}
		outputs[strings.TrimPrefix(key, p.Settings.Output.Prefix)] = string(content)
	}
	return outputs
}
