// Command app synthesizes the pipeline of one environment: -c env=dev or env=prod.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/stacks"
	"batchjobwithlambda/stacks/limits"
	"batchjobwithlambda/stacks/programs"
)

func main() {
	err := synthesize()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// jsii waits for its process twice, and complains of the second time.
	os.Stderr = nil
	jsii.Close()
	if err != nil {
		os.Exit(1)
	}
}

func synthesize() (err error) {
	// The CDK panics on whatever it refuses. Its words are for whoever wrote the stack,
	// a trace through its internals is not.
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
	config, err := stacks.LoadConfig(app)
	if err != nil {
		return err
	}
	built, err := building.Finish(config.Job.Architecture.GoName())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, built.Remove()) }()
	stack := stacks.NewPipeline(app, "BatchJobWithLambda-"+config.Environment, config, built)
	template, err := os.ReadFile(*app.Synth(nil).GetStackArtifact(stack.ArtifactId()).TemplateFullPath())
	if err != nil {
		return err
	}
	return limits.Check(template)
}
