package edits

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/stacks"
	"batchjobwithlambda/stacks/config"
	"batchjobwithlambda/stacks/programs"
	"batchjobwithlambda/test/synth"
	"batchjobwithlambda/test/template"
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	// jsii waits for its process twice, and complains of the second time.
	os.Stderr = nil
	jsii.Close()
	os.Exit(code)
}

// context is the app's context, and folder the one that stands for every program and image.
var (
	context map[string]any
	folder  string
)

// run runs the tests where a synthesis runs: in the folder of cdk.json. What the programs are
// makes no difference here, and AWS's validator has nothing to say to how two templates differ.
func run(m *testing.M) (code int, err error) {
	root, err := synth.Root()
	if err != nil {
		return 0, err
	}
	if err := os.Chdir(root); err != nil {
		return 0, err
	}
	if err := os.Setenv("CDK_VALIDATION", "false"); err != nil {
		return 0, err
	}
	if context, err = flags("cdk.json"); err != nil {
		return 0, err
	}
	if folder, err = os.MkdirTemp("", "programs-"); err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	// Without one the CDK takes no folder for an image.
	if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte("FROM scratch\n"), 0o600); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// flags are the feature flags of the app, which only the CLI reads.
func flags(path string) (map[string]any, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var config struct{ Context map[string]any }
	return config.Context, json.Unmarshal(text, &config)
}

// synthesized returns the template of the environment. An environment that is not valid
// fails the test.
func synthesized(t *testing.T, environment config.Environment) *template.Template {
	t.Helper()
	list := config.List{
		File:         "test/edits",
		Environments: []config.Environment{environment},
	}
	environment, err := list.Named(environment.Name)
	if err != nil {
		t.Fatal(err)
	}
	built := &programs.Programs{
		Preprocess: folder,
		Collect:    folder,
		Images:     map[programs.Image]string{},
	}
	for _, image := range stacks.Images(environment) {
		built.Images[image] = folder
	}
	out, of := t.TempDir(), maps.Clone(context)
	app := awscdk.NewApp(&awscdk.AppProps{Context: &of, Outdir: &out})
	if err := stacks.Synthesize(app, environment, built); err != nil {
		t.Fatal(err)
	}
	read, err := template.Read(filepath.Join(out, environment.StackName()+".template.json"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return read
}
