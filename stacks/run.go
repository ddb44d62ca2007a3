package stacks

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/stacks/config"
	"batchjobwithlambda/stacks/limits"
	"batchjobwithlambda/stacks/programs"
)

// Run is an app of the CDK: it synthesizes the environment that -c env=NAME chooses from the
// list.
func Run(list config.List) (err error) {
	// The CDK panics on whatever it refuses. The message says what is wrong; a trace through
	// the CDK's internals does not.
	defer func() {
		failure := recover()
		if _, bug := failure.(runtime.Error); bug {
			panic(failure)
		}
		if failure != nil {
			err = fmt.Errorf("synthesize: %v", failure)
		}
	}()
	building := programs.Start()
	app := awscdk.NewApp(nil)
	environment, err := list.Named(fmt.Sprint(app.Node().TryGetContext(jsii.String("env"))))
	if err != nil {
		return err
	}
	built, err := building.Finish(Images(environment)...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, built.Remove()) }()
	return Synthesize(app, environment, built)
}

// Synthesize synthesizes the stack of an environment, whose defaults must be filled in and
// which must be valid, and checks the template against the limits of AWS. Whatever the CDK
// itself refuses is a panic.
func Synthesize(app awscdk.App, environment config.Environment, built *programs.Programs) error {
	stack := NewEnvironment(app, environment.StackName(), EnvironmentProps{
		Settings: environment,
		Built:    built,
	}).Stack
	template, err := json.Marshal(app.Synth(nil).GetStackArtifact(stack.ArtifactId()).Template())
	if err != nil {
		return fmt.Errorf("read the template of %s: %w", environment.StackName(), err)
	}
	return limits.Check(template)
}
