package account

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"

	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/account/events"
	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/lambda"
	"batchjobwithlambda/test/account/logs"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/account/scheduler"
	"batchjobwithlambda/test/account/sns"
	"batchjobwithlambda/test/account/sqs"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

// Options are what an account needs of this machine.
type Options struct {
	// Interpreter runs the executions of state machines.
	Interpreter *statemachine.Interpreter
	// Programs is the folder of the programs, built for this machine: one named after
	// each function's handler, and "worker".
	Programs string
	// Directory is for what is only needed while the account is open: objects, scratch.
	Directory string
	// Logs is the folder where each program's output goes.
	Logs string
	// Observe is told what happens: a [statemachine.Event], a [batch.Event], a [sns.Message], a
	// [Begun] or an [iam.Access]. Many goroutines may call it at once.
	Observe func(event any)
	// S3 stands between the programs and S3.
	S3 []s3.Middleware
	// Others are the buckets that the stack has not made, if there is something special about them.
	Others []OthersBucket
}

func (o Options) objects() string { return filepath.Join(o.Directory, "objects") }
func (o Options) scratch() string { return filepath.Join(o.Directory, "scratch") }

// Account is a stack, deployed on this machine.
type Account struct {
	// Store has the objects of all buckets.
	Store *s3.Store
	// Pipelines are the stack's, one for each of its state machines.
	Pipelines []*Pipeline

	options      Options
	gate         *iam.Gate
	guard        *s3.Guard
	server       *s3.Server
	functions    *lambda.Service
	jobs         *batch.Service
	integrations statemachine.Integrations
	queues       *sqs.Service
	schedules    []scheduler.Schedule
	rules        []events.Rule
	// passed is how far the virtual clock is ahead, in nanoseconds.
	passed atomic.Int64
}

// Open makes the template's resources, in buckets without objects. It returns an error, before
// anything runs, when the template needs what is not supported here, or when a service could
// not take the role that it is given.
func Open(t *template.Template, options Options) (*Account, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	for _, directory := range []string{options.objects(), options.scratch(), options.Logs} {
		if err := os.MkdirAll(directory, 0o777); err != nil {
			return nil, fmt.Errorf("open the account: %w", err)
		}
	}
	a := &Account{options: options}
	if err := a.serveS3(t); err != nil {
		return nil, err
	}
	if err := a.deploy(t); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// Close terminates the jobs that still go on, and stops the servers of the programs.
func (a *Account) Close() error {
	if a.jobs != nil {
		a.jobs.Close()
	}
	return a.server.Close()
}

// serveS3 serves the template's buckets, and its queues. Nobody has credentials yet.
func (a *Account) serveS3(t *template.Template) error {
	policies, err := iam.Read(t)
	if err != nil {
		return err
	}
	keys, err := s3.Buckets(t)
	if err != nil {
		return err
	}
	a.gate = &iam.Gate{Policies: policies, Observe: func(access iam.Access) { a.options.Observe(access) }}
	a.Store = s3.NewStore(a.options.objects(), slices.Collect(maps.Keys(keys))...)
	a.guard = &s3.Guard{
		Gate:    a.gate,
		Store:   a.Store,
		Callers: map[string]iam.Caller{},
		Keys:    keys,
		Others:  map[string]s3.Other{},
	}
	if err := a.addOthers(); err != nil {
		return err
	}
	if a.queues, err = sqs.New(t, a.gate, a.Now); err != nil {
		return err
	}
	serveQueues := func(next http.Handler) http.Handler { return a.queues.Serve(next, a.guard.Caller) }
	a.server, err = s3.Serve(a.Store, append([]s3.Middleware{serveQueues, a.guard.Refuse}, a.options.S3...)...)
	return err
}

// deploy makes what the pipelines consist of, and gives the programs their credentials.
func (a *Account) deploy(t *template.Template) error {
	kept := logs.Service{Gate: a.gate, Folder: a.options.Logs}
	var err error
	if a.functions, err = lambda.New(t, lambda.Options{
		Gate: a.gate, Logs: kept, Programs: a.options.Programs, Credentials: a.credentials,
	}); err != nil {
		return err
	}
	if a.jobs, err = batch.New(t, batch.Options{
		Gate: a.gate, Logs: kept, Credentials: a.credentials,
		Runner: batch.Runner{
			Program:  filepath.Join(a.options.Programs, "worker"),
			Scratch:  a.options.scratch(),
			Parallel: runtime.NumCPU(),
			Observe:  func(e batch.Event) { a.options.Observe(e) },
		},
	}); err != nil {
		return err
	}
	topics, err := sns.New(t, a.gate, func(m sns.Message) { a.options.Observe(m) })
	if err != nil {
		return err
	}
	for _, function := range a.functions.Functions() {
		a.guard.Callers[iam.AccessKey(function.Caller.Role)] = function.Caller
	}
	for _, definition := range a.jobs.Definitions() {
		a.guard.Callers[iam.AccessKey(definition.Caller().Role)] = definition.Caller()
	}
	a.integrations = statemachine.Join(a.functions.Integrations(), a.jobs.Integrations(), topics.Integrations())
	if err := a.addPipelines(t); err != nil {
		return err
	}
	if a.rules, err = events.Rules(t); err != nil {
		return err
	}
	return errors.Join(a.functions.CheckTrust(), a.addSchedules(t))
}

// credentials are the environment variables that give a program the role. The secret is a
// constant: requests are told apart by their access key.
func (a *Account) credentials(role string) []string {
	return []string{
		"AWS_REGION=" + template.Region,
		"AWS_ENDPOINT_URL=" + a.server.URL,
		"AWS_ACCESS_KEY_ID=" + iam.AccessKey(role),
		"AWS_SECRET_ACCESS_KEY=local",
		"AWS_EC2_METADATA_DISABLED=true",
	}
}
