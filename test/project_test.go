package test

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/synth"
)

const module = "batchjobwithlambda"

// importRules say what a package of the project may never import, directly: arrows
// only point down, and no program that runs on AWS drags in the CDK.
var importRules = []struct {
	packages  string
	forbidden string
	why       string
}{
	{"", `awscdk/v2/`, "app.go has no resource"},
	{"stacks", `^(os|net|os/.*|net/http)$`, "a synthesis is pure"},
	{"stacks", `/(lambda|test)/|/batch/worker`, "the stack knows the programs by the contract"},
	{
		"stacks/image(/.*)?",
		`awscdk|constructs|jsii|` + module + `/(batch|lambda|policies|test)`,
		"building an image is for any Dockerfile, and is no part of a synthesis",
	},
	{
		"(stacks(/[^i].*)?|lambda/.*|batch/.*|policies)?",
		module + `/stacks/image`,
		"only its own command builds images",
	},
	{
		"stacks/(config|environments|settings)",
		`awscdk|constructs|jsii`,
		"any program may read the settings",
	},
	{
		"stacks/(network|compute|hardened)",
		module + `/stacks/(config|environments)`,
		"they are handed plain values",
	},
	{"policies", `^` + module + `/`, "policies are handed what they are about"},
	{
		`lambda/(preprocess|collect|internal/(store|inorder|inventory|listing|scratch))`,
		`awscdk|constructs|jsii|` + module + `/(stacks|policies|test|batch/worker)`,
		"a function is small and starts fast",
	},
	{
		"batch/.*",
		`awscdk|constructs|jsii|` + module + `/(stacks|policies|test|lambda)`,
		"the job is small and starts fast",
	},
	{"batch/contract", `aws-sdk-go-v2|^net$|^os$|net/http`, "the contract touches neither network nor disk"},
	{
		"test(/.*)?",
		`awscdk|constructs|jsii|` + module + `/(stacks|policies)`,
		"what is tested is the template, not the code",
	},
}

// importExceptions are packages that a rule does not hold for, with the reason.
var importExceptions = map[[2]string]string{
	{"test/checkers", "test(/.*)?"}: "cdk-nag runs inside the CDK, while the stack is built",
	{"test/matrix", "test(/.*)?"}:   "it is an app itself, with environments of its own",
}

func TestPackagesImportOnlyWhatTheyMay(t *testing.T) {
	list := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	list.Dir = root
	output, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	decoder := json.NewDecoder(strings.NewReader(string(output)))
	for decoder.More() {
		var pkg struct {
			ImportPath                         string
			Imports, TestImports, XTestImports []string
		}
		if err := decoder.Decode(&pkg); err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(strings.TrimPrefix(pkg.ImportPath, module), "/")
		imports := pkg.Imports
		if strings.HasPrefix(name, "test") {
			imports = slices.Concat(imports, pkg.TestImports, pkg.XTestImports)
		}
		for _, rule := range importRules {
			excepted := importExceptions[[2]string{name, rule.packages}] != ""
			if excepted || !regexp.MustCompile("^("+rule.packages+")$").MatchString(name) {
				continue
			}
			seen[rule.packages] = true
			for _, imported := range imports {
				if regexp.MustCompile(rule.forbidden).MatchString(imported) {
					t.Errorf("%s imports %s: %s", pkg.ImportPath, imported, rule.why)
				}
			}
		}
	}
	for _, rule := range importRules {
		if !seen[rule.packages] {
			t.Errorf("there is no package %q, so its rule holds nothing", rule.packages)
		}
	}
}

// A construct is handed plain values, so that it can be read, and used, without the settings.
func TestOnlyTheEnvironmentAndThePipelineSeeTheSettings(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "stacks", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var see []string
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range file.Imports {
			if imported.Path.Value == `"`+module+`/stacks/config"` {
				see = append(see, filepath.Base(path))
			}
		}
	}
	if want := []string{"environment.go", "pipeline.go"}; !slices.Equal(see, want) {
		t.Errorf("got %v, want %v", see, want)
	}
}

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

func TestAWSsOwnValidatorHasNothingToSay(t *testing.T) {
	for environment, stack := range environments() {
		var report struct {
			PluginReports []any `json:"pluginReports"`
		}
		text, err := os.ReadFile(filepath.Join(stack.Folder, "validation-report.json"))
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
