package account

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/account/inventory"
	"batchjobwithlambda/test/account/lambda"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

// Pipeline is a state machine, and what the settings of its programs say.
type Pipeline struct {
	// Name is the pipeline's in its environment.
	Name string
	// Layout is where its objects, their outputs and the files of its runs are.
	contract.Layout
	// Reference is where the files are that its command reads beside the objects; empty if there are none.
	Reference contract.Location
	// Inventories is the name of the bucket with the inventories of its input, or empty.
	Inventories string

	Machine     statemachine.Machine
	Functions   []lambda.Deployed
	Definitions []batch.Definition

	account *Account
}

// addPipelines makes a pipeline of each state machine and what it uses.
func (a *Account) addPipelines(t *template.Template) error {
	machines, err := statemachine.Machines(t)
	if err != nil {
		return err
	}
	var problems []error
	for _, machine := range machines {
		problems = append(problems, statemachine.Check(machine.Definition, a.integrations))
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	for _, machine := range machines {
		p, err := a.newPipeline(machine)
		problems = append(problems, machine.CheckTrust(a.gate), err)
		a.Pipelines = append(a.Pipelines, p)
		// A bucket that is not the template's is one that the account had before.
		a.Store.AddBuckets(p.Input.Bucket, p.Output.Bucket, p.Runs.Bucket)
	}
	return errors.Join(problems...)
}

// Pipeline returns the pipeline with the name, or the only one there is if the name is empty.
func (a *Account) Pipeline(name string) (*Pipeline, error) {
	var names []string
	for _, p := range a.Pipelines {
		if p.Name == name || name == "" && len(a.Pipelines) == 1 {
			return p, nil
		}
		names = append(names, p.Name)
	}
	slices.Sort(names)
	return nil, fmt.Errorf("pipeline: got %q, want one of %s", name, strings.Join(names, ", "))
}

// The functions' programs, by their handlers.
const (
	planner   = "preprocess"
	collector = "collect"
)

// newPipeline finds what the state machine uses, and learns from the settings of its programs
// where everything is.
func (a *Account) newPipeline(machine statemachine.Machine) (*Pipeline, error) {
	p := &Pipeline{Machine: machine, account: a}
	var plan contract.PlanSettings
	var collect contract.CollectSettings
	var work contract.WorkSettings
	var problems []error
	for _, function := range a.functions.Functions() {
		if !machine.Mentions(function.ARN) {
			continue
		}
		p.Functions = append(p.Functions, function)
		var err error
		switch function.Handler {
		case planner:
			plan, err = readSettings[contract.PlanSettings](function.Name, function.Environment)
		case collector:
			collect, err = readSettings[contract.CollectSettings](function.Name, function.Environment)
		}
		problems = append(problems, err)
	}
	for _, definition := range a.jobs.Definitions() {
		if !machine.Mentions(definition.ARN) {
			continue
		}
		p.Definitions = append(p.Definitions, definition)
		var err error
		work, err = readSettings[contract.WorkSettings](definition.ARN, definition.Variables())
		problems = append(problems, err)
	}
	p.Name = collect.Pipeline
	p.Layout = contract.Layout{Input: plan.Input, Output: work.Output, Runs: plan.Runs}
	p.Reference, p.Inventories = work.Files, plan.InventoryBucket
	return p, errors.Join(problems...)
}

func readSettings[T interface{ Check() error }](program string, variables []string) (T, error) {
	settings, err := contract.ReadSettings[T](variables)
	if err != nil {
		return settings, fmt.Errorf("%s: %w", program, err)
	}
	return settings, nil
}

// Run starts an execution with the given name, and returns its end; it is stopped when the
// context ends. An error says that this machine failed.
func (p *Pipeline) Run(ctx context.Context, name string, input json.RawMessage) (statemachine.Result, error) {
	return p.account.options.Interpreter.Run(
		ctx,
		p.Machine.Execution(name, input),
		p.account.integrations.Handler(p.Machine.Role),
		func(e statemachine.Event) { p.account.options.Observe(e) },
	)
}

// Files are the files of the run with the given name.
func (p *Pipeline) Files(run string) contract.Run {
	return contract.Run{Runs: p.Runs, ID: run}
}

// TakeInventory does what S3 does by itself once a day or a week: it leaves an inventory of the
// input, as it is now, and returns the address of its manifest. It must not be called if there
// is no bucket for it.
func (p *Pipeline) TakeInventory() (contract.Address, error) {
	report := &inventory.Report{Bucket: p.Input.Bucket, Schema: inventory.Current}
	store := p.account.Store
	var rows [][]string
	for _, key := range store.Keys(p.Input.Bucket, p.Input.Prefix) {
		object, _ := store.Get(p.Input.Bucket, key)
		rows = append(rows, report.Row(contract.Object{Key: key, Size: object.Size, ETag: object.ETag}))
	}
	report.Add(rows...)
	err := report.Put(func(key string, content []byte) error {
		_, err := store.Put(p.Inventories, key, bytes.NewReader(content), nil)
		return err
	})
	return contract.Address{Bucket: p.Inventories, Key: report.ManifestKey()}, err
}
