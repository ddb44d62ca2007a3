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

var (
	// readmeRun is the line of README.md that runs the sample so that some objects fail.
	readmeRun = regexp.MustCompile(`(?m)^go run \./test/local -in test/local/sample -out out/denied -deny '(\S+)'`)
	// readmeCommand is a line of README.md that looks at what that run has left.
	readmeCommand = regexp.MustCompile(`(?m)^go run \./batch/operate (\w+) -local out/denied\b`)
)

// S3 refuses nothing of the rerun, as if it had been mended.
func TestWhatREADMESaysToTypeAfterALocalRunWorks(t *testing.T) {
	out := t.TempDir()
	readme, err := os.ReadFile(filepath.Join(dev.root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	denied := readmeRun.FindStringSubmatch(string(readme))
	if denied == nil {
		t.Fatal("README.md has no run of which something fails")
	}
	o := options{in: "sample", out: out, input: `{}`, environment: "dev", deny: denied[1]}
	if _, err := o.run(t.Context(), dev, t.TempDir(), io.Discard); err != nil {
		t.Fatal(err)
	}
	wants := map[string]string{
		"report":   "9 refused by S3",
		"failures": "S3: AccessDenied: Access Denied: it takes s3:GetObject (get s3://",
		"rerun":    "9 done, 0 skipped, 0 failed",
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
