package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/lambda"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

// Options are what an account needs of this machine.
type Options struct {
	// Interpreter runs the state machine's executions.
	Interpreter *statemachine.Interpreter
	// Programs is the folder of the programs, built for this machine: one named after
	// each function's handler, and "worker".
	Programs string
	// Directory is for what is only needed while the account is open: objects, scratch.
	Directory string
	// Logs is the folder where each program's output goes.
	Logs string
	// Observe is told what happens: a [statemachine.Event], a [batch.Event], a [Message]
	// or an [Access]. Many goroutines may call it at once.
	Observe func(event any)
	// S3 stands between the programs and S3.
	S3 []s3.Middleware
}

// Account is a stack, deployed on this machine.
type Account struct {
	// Bucket is the name of the stack's bucket, and Inventories that of the bucket with the
	// inventories of it, or empty. Store has what is in both.
	Bucket      string
	Inventories string
	Store       *s3.Store
	// Settings are what the job was given.
	Settings contract.WorkSettings

	options      Options
	server       *s3.Server
	functions    map[string]*lambda.Function
	definitions  map[string]batch.Definition
	queues       map[string]queue
	topics       map[string]topic
	jobs         *batch.Service
	machineARN   string
	machineRole  string
	stateMachine json.RawMessage

	policies iam.Policies
	// callers are by the access keys of their programs.
	callers map[string]caller
	// bucketKeys are the ARNs of the keys that encrypt the buckets, by the buckets' names.
	bucketKeys map[string]string
}

// Open makes the template's resources, in a bucket without objects. It returns an
// error, before anything runs, when the template needs what is not supported here.
func Open(t *template.Template, options Options) (*Account, error) {
	a := &Account{options: options, callers: map[string]caller{}}
	if err := errors.Join(checkTypes(t), a.decode(t)); err != nil {
		return nil, err
	}
	if err := a.checkTrust(); err != nil {
		return nil, err
	}
	for _, directory := range []string{a.objects(), a.scratch(), options.Logs} {
		if err := os.MkdirAll(directory, 0o777); err != nil {
			return nil, fmt.Errorf("open the account: %w", err)
		}
	}
	a.Store = s3.NewStore(a.objects(), slices.Collect(maps.Keys(a.bucketKeys))...)
	server, err := s3.Serve(a.Store, append([]s3.Middleware{a.guard}, options.S3...)...)
	if err != nil {
		return nil, err
	}
	a.server = server
	return a, a.addPrograms(t)
}

// Close ends what serves the programs.
func (a *Account) Close() error { return a.server.Close() }

func (a *Account) objects() string { return filepath.Join(a.options.Directory, "objects") }
func (a *Account) scratch() string { return filepath.Join(a.options.Directory, "scratch") }

func (a *Account) decode(t *template.Template) error {
	buckets, err := decodeAll[bucket](t, typeBucket)
	if err != nil {
		return err
	}
	maps.DeleteFunc(buckets, func(arn string, _ bucket) bool { return takesLogs(buckets, arn) })
	a.bucketKeys = map[string]string{}
	for arn, b := range buckets {
		a.bucketKeys[nameOf(arn)] = b.key()
		for _, inventory := range b.InventoryConfigurations {
			a.Inventories = nameOf(inventory.Destination.BucketArn)
		}
	}
	maps.DeleteFunc(buckets, func(arn string, _ bucket) bool { return nameOf(arn) == a.Inventories })
	arn, _, err := one(typeBucket, buckets)
	if err != nil {
		return err
	}
	a.Bucket = nameOf(arn)
	if a.policies, err = iam.Read(t); err != nil {
		return err
	}
	if a.definitions, err = decodeAll[batch.Definition](t, typeDefinition); err != nil {
		return err
	}
	if a.queues, err = decodeAll[queue](t, typeQueue); err != nil {
		return err
	}
	if a.topics, err = decodeAll[topic](t, typeTopic); err != nil {
		return err
	}
	machines, err := decodeAll[stateMachine](t, typeStateMachine)
	if err != nil {
		return err
	}
	machineARN, machine, err := one(typeStateMachine, machines)
	if err != nil {
		return err
	}
	a.machineARN, a.machineRole, a.stateMachine = machineARN, machine.RoleArn, json.RawMessage(machine.DefinitionString)
	if err := a.addCallers(t); err != nil {
		return err
	}
	return statemachine.Check(a.stateMachine, supportedTasks)
}

// addCallers learns whose credentials the programs have.
func (a *Account) addCallers(t *template.Template) error {
	for _, id := range t.OfType(typeFunction) {
		var f function
		arn, err := t.ARN(id)
		if err = errors.Join(err, t.Decode(id, &f)); err != nil {
			return err
		}
		a.callers[accessKey(f.Role)] = caller{
			role:      f.Role,
			function:  arn,
			inNetwork: t.Resources[id].Properties["VpcConfig"] != nil,
		}
	}
	for _, definition := range a.definitions {
		role := definition.ContainerProperties.JobRoleArn
		a.callers[accessKey(role)] = caller{role: role, inNetwork: true}
	}
	return nil
}

// addPrograms gives the functions and the job who they are, and where S3 is.
func (a *Account) addPrograms(t *template.Template) error {
	functions, err := decodeAll[function](t, typeFunction)
	if err != nil {
		return err
	}
	a.functions = map[string]*lambda.Function{}
	for arn, f := range functions {
		environment := a.environment(f.Role)
		for name, value := range f.Environment.Variables {
			environment = append(environment, name+"="+value)
		}
		a.functions[arn] = &lambda.Function{
			Name: nameOf(arn), ARN: arn, Program: filepath.Join(a.options.Programs, f.Handler),
			Environment: environment, MemoryMiB: f.MemorySize, Timeout: time.Duration(f.Timeout) * time.Second,
			Log: func() (io.WriteCloser, error) { return a.functionLog(f.Handler, f.Role, f.LoggingConfig.LogGroup) },
		}
	}
	_, definition, err := one(typeDefinition, a.definitions)
	if err != nil {
		return err
	}
	var variables []string
	for _, variable := range definition.ContainerProperties.Environment {
		variables = append(variables, variable.Name+"="+variable.Value)
	}
	if a.Settings, err = contract.ReadSettings[contract.WorkSettings](variables); err != nil {
		return err
	}
	container, err := a.newContainer(definition.ContainerProperties)
	if err != nil {
		return err
	}
	a.jobs = &batch.Service{
		Program: filepath.Join(
			a.options.Programs,
			"worker",
		),
		Environment: a.environment(definition.ContainerProperties.JobRoleArn),
		Scratch:     a.scratch(),
		Parallel:    runtime.NumCPU(),
		Start:       container.start,
		Log:         container.log,
		Observe:     func(e batch.Event) { a.options.Observe(e) },
	}
	return nil
}

// nameOf is the name of the bucket, the function or the state machine with the ARN.
func nameOf(arn string) string { return arn[strings.LastIndex(arn, ":")+1:] }

// environment is what the AWS SDK of a program with the given role needs; the
// secret is none.
func (a *Account) environment(roleARN string) []string {
	return []string{
		"AWS_REGION=" + template.Region,
		"AWS_ENDPOINT_URL=" + a.server.URL,
		"AWS_ACCESS_KEY_ID=" + accessKey(roleARN),
		"AWS_SECRET_ACCESS_KEY=local",
		"AWS_EC2_METADATA_DISABLED=true",
	}
}

// accessKey is the access key of the programs with the role: its name.
func accessKey(roleARN string) string { return roleARN[strings.LastIndex(roleARN, "/")+1:] }

// Run starts an execution of the state machine with the given name, and returns its
// end; it is stopped when the context ends. An error says that this machine failed.
func (a *Account) Run(ctx context.Context, name string, input json.RawMessage) (statemachine.Result, error) {
	machine := nameOf(a.machineARN)
	execution := statemachine.Execution{
		Definition: a.stateMachine, Input: input, Name: name, MachineARN: a.machineARN, MachineName: machine,
		ARN: strings.Replace(a.machineARN, ":stateMachine:", ":execution:", 1) + ":" + name,
	}
	return a.options.Interpreter.Run(ctx, execution, a.handle, func(e statemachine.Event) { a.options.Observe(e) })
}

// Programs are the names of the functions' programs in the template, sorted.
func Programs(t *template.Template) ([]string, error) {
	functions, err := decodeAll[function](t, typeFunction)
	var programs []string
	for _, f := range functions {
		programs = append(programs, f.Handler)
	}
	slices.Sort(programs)
	return programs, err
}
