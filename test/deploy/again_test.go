package deploy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// twice deploys a stack that is not there yet, which fails, and returns what a second try does.
func (d *deployment) twice() (string, error) {
	d.t.Helper()
	d.from(d.aws.pushBase("arm64", "gzip"))
	if output, err := d.run(push, d.folder); err != nil {
		d.t.Fatalf("push: %v\n%s", err, output)
	}
	if output, err := d.deploy(); err == nil || !strings.Contains(output, "ROLLBACK_COMPLETE") {
		d.t.Fatalf("got %v, want that the first deployment is rolled back:\n%s", err, output)
	}
	return d.deploy()
}

func (d *deployment) deploy() (string, error) {
	return d.run("cdk", "deploy", "--no-notices", "--require-approval", "never", "--app", d.folder)
}

// protect makes the stack one that AWS does not delete.
func (d *deployment) protect() {
	d.t.Helper()
	path := filepath.Join(d.folder, "manifest.json")
	text, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	var manifest struct {
		Version   string                    `json:"version"`
		Artifacts map[string]map[string]any `json:"artifacts"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		d.t.Fatal(err)
	}
	for _, artifact := range manifest.Artifacts {
		if artifact["type"] == "aws:cloudformation:stack" {
			artifact["properties"].(map[string]any)["terminationProtection"] = true
		}
	}
	if text, err = json.Marshal(manifest); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func TestAFirstDeploymentThatFailedCanSimplyBeTriedAgain(t *testing.T) {
	if output, err := newDeployment(t, assembly).twice(); err != nil {
		t.Errorf("the second deployment: %v\n%s", err, output)
	}
}

// Why no environment is protected before it is there.
func TestAProtectedStackWhoseFirstDeploymentFailedCannotBeTriedAgain(t *testing.T) {
	d := newDeployment(t, assembly)
	d.protect()
	if output, err := d.twice(); err == nil || !strings.Contains(output, "TerminationProtection is enabled") {
		t.Errorf("the second deployment: got %v, want that it is refused\n%s", err, output)
	}
}
