package edits

import (
	"fmt"
	"os"
	"testing"

	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/stacks/config"
	"batchjobwithlambda/test/inprocess"
	"batchjobwithlambda/test/synth"
	"batchjobwithlambda/test/template"
)

var synthesizer *inprocess.Synthesizer

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
	if synthesizer, err = inprocess.New("cdk.json"); err != nil {
		return 0, err
	}
	code = m.Run()
	return code, synthesizer.Close()
}

// synthesized returns the template of the environment. An environment that is not valid
// fails the test.
func synthesized(t *testing.T, environment config.Environment) *template.Template {
	t.Helper()
	path, err := synthesizer.Synthesize(environment, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	read, err := template.Read(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return read
}
