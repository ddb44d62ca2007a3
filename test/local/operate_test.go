package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// readmeCommand is a line of README.md that looks at what the local run has left in out.
var readmeCommand = regexp.MustCompile(`(?m)^go run \./batch/operate (\w+) -local out\b`)

// One file fails by a command of the test's; the rerun has the command of the settings, as if it
// had been mended.
func TestWhatREADMESaysToTypeAfterALocalRunWorks(t *testing.T) {
	out := t.TempDir()
	failing := changed(t, command(`if [ "$(wc -c)" = 0 ]; then echo "nothing in it" >&2; exit 3; fi`))
	o := options{in: "sample", out: out, input: `{}`, environment: "dev"}
	if _, err := o.run(t.Context(), failing, t.TempDir(), io.Discard); err != nil {
		t.Fatal(err)
	}
	wants := map[string]string{
		"report":   "1 failed",
		"failures": "1 object failed: exit code 3: nothing in it\n  input/empty.txt\n",
		"rerun":    "1 done, 0 skipped, 0 failed",
	}
	readme, err := os.ReadFile(filepath.Join(dev.root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range readmeCommand.FindAllStringSubmatch(string(readme), -1) {
		verb := line[1]
		operate := exec.CommandContext(t.Context(), "go", "run", "./batch/operate", verb, "-local", out)
		operate.Dir = dev.root
		printed, err := operate.CombinedOutput()
		if err != nil || !strings.Contains(string(printed), wants[verb]) || wants[verb] == "" {
			t.Errorf("%s: got %v, and:\n%s\nwant %q", verb, err, printed, wants[verb])
		}
		delete(wants, verb)
	}
	if len(wants) > 0 {
		t.Errorf("README.md does not name the verbs of %q", wants)
	}
}
