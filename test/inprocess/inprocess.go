// Package inprocess synthesizes environments in the process that asks for it, one after the other,
// in a fraction of the time that a process for each would take. Its templates are what the app
// itself gives, but for the programs and images, which are empty.
package inprocess

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"batchjobwithlambda/stacks"
	"batchjobwithlambda/stacks/config"
	"batchjobwithlambda/stacks/programs"
)

// Synthesizer synthesizes environments. It is not safe for concurrent use.
type Synthesizer struct {
	// context is the feature flags of the app, which only the CLI reads.
	context map[string]any
	// folder stands for every program and every image.
	folder string
}

// New returns a synthesizer of the app with the cdk.json. It turns AWS's validator off, which would
// take seconds for each environment. [Synthesizer.Close] has to be called.
func New(cdkJSON string) (*Synthesizer, error) {
	text, err := os.ReadFile(cdkJSON)
	if err != nil {
		return nil, err
	}
	var app struct{ Context map[string]any }
	if err := json.Unmarshal(text, &app); err != nil {
		return nil, fmt.Errorf("%s: %w", cdkJSON, err)
	}
	if err := os.Setenv("CDK_VALIDATION", "false"); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "programs-")
	if err != nil {
		return nil, err
	}
	s := &Synthesizer{context: app.Context, folder: folder}
	// Without one the CDK takes no folder for an image.
	if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte("FROM scratch\n"), 0o600); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Synthesize synthesizes the environment into the folder out, and returns the path of its
// template. An environment that is not valid is an error, and so is a template beyond a limit of
// AWS; what the CDK itself refuses is a panic.
func (s *Synthesizer) Synthesize(environment config.Environment, out string) (string, error) {
	list := config.List{File: out, Environments: []config.Environment{environment}}
	environment, err := list.Named(environment.Name)
	if err != nil {
		return "", err
	}
	built := &programs.Programs{
		Preprocess: s.folder,
		Collect:    s.folder,
		Images:     map[programs.Image]string{},
	}
	for _, image := range stacks.Images(environment) {
		built.Images[image] = s.folder
	}
	context := maps.Clone(s.context)
	// As the CLI has it.
	context["aws:cdk:enable-path-metadata"] = true
	app := awscdk.NewApp(&awscdk.AppProps{Context: &context, Outdir: &out})
	if err := stacks.Synthesize(app, environment, built); err != nil {
		return "", err
	}
	return filepath.Join(out, environment.StackName()+".template.json"), nil
}

// Close removes what stands for the programs. The CDK's own process ends with jsii.Close.
func (s *Synthesizer) Close() error { return os.RemoveAll(s.folder) }
