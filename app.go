// Command app synthesizes the stack of one environment, which -c env=NAME chooses.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/stacks"
	"batchjobwithlambda/stacks/environments"
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
	environment, err := environments.All.Named(fmt.Sprint(app.Node().TryGetContext(jsii.String("env"))))
	if err != nil {
		return err
	}
	built, err := building.Finish(environment.Architectures()...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, built.Remove()) }()
	return stacks.Synthesize(app, environment, built)
}
