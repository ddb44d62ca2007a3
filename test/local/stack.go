package main

import (
	"context"
	"path/filepath"

	"batchjobwithlambda/test/account"
	"batchjobwithlambda/test/account/lambda"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/programs"
	"batchjobwithlambda/test/synth"
	"batchjobwithlambda/test/template"
)

// stack is an environment's stack, to be run here.
type stack struct {
	// root is the folder of the module.
	root     string
	template *template.Template
	// programs is the folder of the template's programs; see [stack.build].
	programs string
	// interpreter runs its executions.
	interpreter *statemachine.Interpreter
	// others are the buckets of other accounts.
	others []account.OthersBucket
}

// synthesize synthesizes an environment of the app, in a folder of its own.
func synthesize(ctx context.Context, app synth.App, environment, folder string) (stack, error) {
	path, err := app.Shared(ctx, environment, filepath.Join(folder, "cdk.out"))
	if err != nil {
		return stack{}, err
	}
	t, err := template.Read(path, account.Types())
	if err != nil {
		return stack{}, err
	}
	return stack{root: app.Root, template: t, programs: filepath.Join(folder, "programs")}, nil
}

// build builds the programs for this machine.
func (s stack) build(ctx context.Context) error {
	packages := []string{"batch/worker"}
	for _, handler := range lambda.Handlers(s.template) {
		packages = append(packages, "lambda/"+handler)
	}
	return programs.Build(ctx, s.programs, packages)
}
