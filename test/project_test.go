package test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/synth"
)

// The CLI ships the flags that it recommends for the version it is pinned to.
func TestAllRecommendedFeatureFlagsAreSet(t *testing.T) {
	var recommended map[string]any
	readJSON(t, "node_modules/aws-cdk/lib/init-templates/.recommended-feature-flags.json", &recommended)
	var config struct{ Context map[string]any }
	readJSON(t, "cdk.json", &config)
	for flag, want := range recommended {
		got, set := config.Context[flag]
		list, isList := want.([]any)
		switch {
		case !set:
			t.Errorf("cdk.json does not set %s", flag)
		case isList:
			// More partitions than recommended are fine, fewer are not.
			for _, value := range list {
				if !slices.Contains(got.([]any), value) {
					t.Errorf("cdk.json: %s lacks %v", flag, value)
				}
			}
		case got != want:
			t.Errorf("cdk.json sets %s to %v, recommended is %v", flag, got, want)
		}
	}
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func TestTheTemplateIsForAnyAccountRegionAndPartition(t *testing.T) {
	literal := regexp.MustCompile(`arn:aws[a-z-]*:|\b[a-z]{2}-(north|south|east|west|central)[a-z]*-\d\b|\b\d{12}\b`)
	for environment, stack := range environments() {
		for _, found := range literal.FindAllString(string(stack.Text), -1) {
			t.Errorf("%s: the template has %q", environment, found)
		}
	}
}

// The hash of an asset is part of the template, so equal templates mean equal programs too.
func TestTheSameSourcesGiveTheSameTemplateInAnotherFolder(t *testing.T) {
	elsewhere, err := synth.App{Root: root}.Copy(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	path, err := elsewhere.Synth(t.Context(), "prod", filepath.Join(elsewhere.Root, "cdk.out"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != string(prod.Text) {
		t.Error("the template is another")
	}
}

// validated are dev and prod, and other kinds of networks and of machines, each once.
func validated(t *testing.T) map[string]string {
	t.Helper()
	folders := map[string]string{"dev": dev.Folder, "prod": prod.Folder}
	for _, environment := range []string{"nat-es-own", "given-e-lent", "isolated-gpu-own"} {
		app := synth.App{Root: root, Program: "test/matrix", Validate: true}
		folders[environment] = filepath.Join(assemblies, "validated", environment)
		if _, err := app.Synth(t.Context(), environment, folders[environment]); err != nil {
			t.Fatal(err)
		}
	}
	return folders
}

func TestAWSsOwnValidatorHasNothingToSay(t *testing.T) {
	for environment, folder := range validated(t) {
		var report struct {
			PluginReports []any `json:"pluginReports"`
		}
		text, err := os.ReadFile(filepath.Join(folder, "validation-report.json"))
		if err == nil {
			err = json.Unmarshal(text, &report)
		}
		if err != nil {
			t.Fatalf("%s: there is no report, so nothing was validated: %v", environment, err)
		}
		if len(report.PluginReports) > 0 {
			t.Errorf("%s: %s", environment, text)
		}
	}
}

func TestAnUnknownEnvironmentIsRefusedWithThoseThereAre(t *testing.T) {
	_, err := synth.App{Root: root}.Synth(t.Context(), "staging", t.TempDir())
	if err == nil || !strings.Contains(err.Error(), `environment: got "staging", want dev or prod`) {
		t.Errorf("got %v", err)
	}
}
