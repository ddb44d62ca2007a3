package checkers

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// inTemplates returns what cdk-nag says about templates, by their paths.
func inTemplates(t *testing.T, paths ...string) (packs []string, found map[string][]finding) {
	t.Helper()
	output, err := tool(t.Context(), "test/checkers/nag.mjs", paths...)
	if err != nil {
		t.Fatalf("is cdk-nag installed? npm ci --prefix test/checkers: %v", err)
	}
	var said struct {
		Packs    []string
		Findings []struct{ Template, Rule, Resource string }
	}
	if err := json.Unmarshal(output, &said); err != nil {
		t.Fatalf("cdk-nag: %v\n%s", err, output)
	}
	found = map[string][]finding{}
	for _, f := range said.Findings {
		found[f.Template] = append(found[f.Template], newFinding(f.Rule, f.Resource))
	}
	return said.Packs, found
}

// A template holds what the CDK of the app wrote; another might not know it.
func TestTheTemplatesAreCheckedWithTheCDKThatWroteThem(t *testing.T) {
	var tools struct{ DevDependencies map[string]string }
	readJSON(t, "test/checkers/package.json", &tools)
	for name, module := range map[string]string{
		"aws-cdk-lib": "github.com/aws/aws-cdk-go/awscdk/v2",
		"constructs":  "github.com/aws/constructs-go/constructs/v10",
	} {
		list := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Version}}", module)
		version, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.TrimSpace(strings.TrimPrefix(string(version), "v")); tools.DevDependencies[name] != want {
			t.Errorf("test/checkers/package.json has %s %s, the app %s", name, tools.DevDependencies[name], want)
		}
	}
}
