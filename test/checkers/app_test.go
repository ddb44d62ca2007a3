package checkers

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"batchjobwithlambda/stacks"
	"batchjobwithlambda/stacks/environments"
	"batchjobwithlambda/stacks/programs"
	"batchjobwithlambda/test/synth"
)

// inApp builds an environment's app as app.go does, with the packs looking on, and
// returns what they say.
func inApp(t *testing.T, environment string) (packs []string, found []finding) {
	var config struct{ Context map[string]any }
	readJSON(t, "cdk.json", &config)
	maps.Copy(config.Context, map[string]any{
		"env": environment,
		// As the CLI has it.
		"aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true,
		// Findings are annotations, and with this the synthesis would end at the first.
		"@aws-cdk/core:annotationsInValidationReport": false,
	})
	out := t.TempDir()
	app := awscdk.NewApp(&awscdk.AppProps{Context: &config.Context, Outdir: &out})
	settings, err := environments.All.Named(environment)
	if err != nil {
		t.Fatal(err)
	}
	built, err := programs.Start().Finish(stacks.Images(settings)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { built.Remove() })
	name := synth.Stack(environment)
	stack := stacks.NewEnvironment(app, name, stacks.EnvironmentProps{Settings: settings, Built: built}).Stack
	props := &cdknag.NagPackProps{ReportFormats: &[]cdknag.NagReportFormat{cdknag.NagReportFormat_JSON}}
	for _, pack := range []interface {
		awscdk.IAspect
		ReadPackName() *string
	}{
		cdknag.NewAwsSolutionsChecks(props), cdknag.NewHIPAASecurityChecks(props),
		cdknag.NewNIST80053R4Checks(props), cdknag.NewNIST80053R5Checks(props), cdknag.NewPCIDSS321Checks(props),
	} {
		awscdk.Aspects_Of(stack).Add(pack, nil)
		packs = append(packs, *pack.ReadPackName())
	}
	app.Synth(nil)

	if masked(t, filepath.Join(out, name+".template.json")) != masked(t, templates[environment]) {
		t.Errorf("%s: the app that is checked is another than is deployed", environment)
	}
	found = annotations(t, filepath.Join(out, name+".metadata.json"))
	if n := reported(t, out, packs, name); n != len(found) {
		t.Errorf("%s: cdk-nag reports %d findings, and annotates %d", environment, n, len(found))
	}
	return packs, found
}

// assetHash changes with every change of a program, which is not what is checked here.
var assetHash = regexp.MustCompile(`[0-9a-f]{64}`)

// masked is the text of a template without the hashes of its assets.
func masked(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return assetHash.ReplaceAllString(string(text), "")
}

// reported is how many findings the packs' reports have. It fails when a pack has
// looked at nothing.
func reported(t *testing.T, out string, packs []string, stack string) (findings int) {
	for _, pack := range packs {
		var report struct{ Lines []struct{ Compliance string } }
		readJSON(t, filepath.Join(out, pack+"-"+stack+"-NagReport.json"), &report)
		before := findings
		for _, line := range report.Lines {
			if line.Compliance != "Compliant" {
				findings++
			}
		}
		if len(report.Lines) == findings-before {
			t.Errorf("%s finds nothing right in %s, so it has hardly looked", pack, stack)
		}
	}
	return findings
}

// annotations are the findings with what the reports leave out: which of a policy's
// wildcards one is about.
func annotations(t *testing.T, path string) (found []finding) {
	var metadata map[string][]struct {
		Type string
		Data any
	}
	readJSON(t, path, &metadata)
	for resource, entries := range metadata {
		for _, entry := range entries {
			if entry.Type == "aws:cdk:error" || entry.Type == "aws:cdk:warning" {
				rule, _, _ := strings.Cut(entry.Data.(string), ": ")
				found = append(found, newFinding(rule, strings.TrimPrefix(resource, "/")))
			}
		}
	}
	return found
}
