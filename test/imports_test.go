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
)

const module = "batchjobwithlambda"

// cdk is what only a synthesis may import; a program that has it is large and starts slowly.
const cdk = `awscdk|/constructs-go/|/jsii-runtime-go|/cdk-nag-go/`

// imports says for every package what of the project it may import, and what else it may not.
// Arrows only point down.
var imports = []struct {
	packages string
	own      string
	never    string
	why      string
}{
	{``, `stacks(/.*)?`, `awscdk/v2/`, "the app has no resource of its own"},
	{
		`stacks`, `stacks/.*|policies|batch/(contract|people)`, `^(os|net|os/.*|net/http|net/url)$|aws-sdk-go-v2`,
		"a synthesis is pure, and knows the programs by the contract",
	},
	{`stacks/config`, `stacks/limits|batch/contract`, cdk, "anything may read a configuration"},
	{`stacks/environments`, `stacks/config`, cdk, "anything may read a configuration"},
	{`stacks/settings`, `stacks/(config|environments)`, cdk, "settings are shown without a synthesis"},
	{`stacks/limits`, `batch/contract`, cdk + `|aws-sdk-go-v2|^os$|^net`, "what AWS allows is known without asking"},
	{`stacks/network|stacks/hardened`, `policies|stacks/hardened`, `^(os|net)`, "constructs are given plain values"},
	{`stacks/compute`, `policies|stacks/(hardened|network)`, `^(os|net)`, "constructs are given plain values"},
	{`stacks/programs`, ``, cdk, "the programs are built while the CDK starts"},
	{`stacks/image(/.*)?`, `stacks/image(/.*)?`, cdk, "an image is built for any Dockerfile, and in no synthesis"},
	{
		`policies`, `batch/contract`, `^(os|net)|aws-sdk-go-v2|awscdk/v2/(awscloudwatch|awsec2|awsevents|awsstepfunctions)`,
		"policies are handed what they are about",
	},
	{
		`batch/(contract|people)`, `batch/contract`, cdk + `|aws-sdk-go-v2|^(os|net|net/http)$`,
		"what all programs agree on touches neither network nor disk",
	},
	{`batch/objects(/.*)?`, `batch/(contract|objects|scratch)(/.*)?`, cdk, "a program is small and starts fast"},
	{`batch/scratch`, ``, cdk + `|aws-sdk-go-v2`, "a program is small and starts fast"},
	{
		`batch/worker(/.*)?`, `batch/(contract|objects|people|scratch|worker)(/.*)?`, cdk,
		"the job is small and starts fast",
	},
	{
		`batch/operate(/.*)?`, `batch/(contract|objects|people|operate)(/.*)?|stacks/(config|environments)`, cdk,
		"what a person waits for starts fast",
	},
	{
		`lambda/.*`, `batch/(contract|objects|people|scratch)(/.*)?|lambda/internal/.*`, cdk,
		"a function is small and starts fast",
	},
	{
		`test(/.*)?`, `batch/.*|lambda/.*|stacks/(config|environments|limits|image)(/.*)?|test(/.*)?`, cdk,
		"what is tested is the template, not the code that made it",
	},
}

// importExceptions are packages that may import anything, with the reason.
var importExceptions = map[string]string{
	"test/checkers":  "cdk-nag runs inside the CDK, while the stack is built",
	"test/edits":     "its tests end the process of the CDK",
	"test/inprocess": "it synthesizes many environments in one process",
	"test/matrix":    "it is an app of the CDK, with environments of its own",
}

// imported is what go list says of a package.
type imported struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func (i imported) name() string { return ownName(i.ImportPath) }

// ownName is the folder of a package of the project.
func ownName(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, module), "/") }

// all are the package's imports, those of the tests only if it is itself a part of them: any
// other test may use whatever there is in test.
func (i imported) all() []string {
	if strings.HasPrefix(i.name(), "test") {
		return slices.Concat(i.Imports, i.TestImports, i.XTestImports)
	}
	return i.Imports
}

func packages(t *testing.T) []imported {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	list.Dir = root
	output, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []imported
	for decoder := json.NewDecoder(strings.NewReader(string(output))); decoder.More(); {
		var one imported
		if err := decoder.Decode(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

func matches(pattern, text string) bool {
	return regexp.MustCompile("^(" + pattern + ")$").MatchString(text)
}

func TestPackagesImportOnlyWhatTheyMay(t *testing.T) {
	used := map[string]bool{}
	for _, pkg := range packages(t) {
		if importExceptions[pkg.name()] != "" {
			used[pkg.name()] = true
			continue
		}
		rules := 0
		for _, rule := range imports {
			if !matches(rule.packages, pkg.name()) {
				continue
			}
			rules++
			used[rule.packages] = true
			for _, path := range pkg.all() {
				own := path == module || strings.HasPrefix(path, module+"/")
				if own && !matches(rule.own, ownName(path)) || !own && regexp.MustCompile(rule.never).MatchString(path) {
					t.Errorf("%s imports %s: %s", pkg.name(), path, rule.why)
				}
			}
		}
		if rules != 1 {
			t.Errorf("%s: got %d rules for what it may import, want one", pkg.name(), rules)
		}
	}
	for _, rule := range imports {
		if !used[rule.packages] {
			t.Errorf("there is no package %q, so its rule holds nothing", rule.packages)
		}
	}
	for name := range importExceptions {
		if !used[name] {
			t.Errorf("there is no package %q, which is excepted", name)
		}
	}
}

// A construct is handed plain values, so that it can be read, and used, without the settings.
func TestNoConstructButTheEnvironmentAndThePipelineSeesTheSettings(t *testing.T) {
	var see []string
	for _, path := range productionFiles(t) {
		if filepath.Dir(path) != "stacks" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, path), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range file.Imports {
			if imported.Path.Value == `"`+module+`/stacks/config"` {
				see = append(see, filepath.Base(path))
			}
		}
	}
	slices.Sort(see)
	if want := []string{"environment.go", "pipeline.go", "pipeline_parts.go", "run.go"}; !slices.Equal(see, want) {
		t.Errorf("got %v, want %v", see, want)
	}
}

// The same sources give the same template, whenever they are synthesized.
func TestNoConstructAsksForTheTime(t *testing.T) {
	for _, path := range productionFiles(t) {
		if !strings.HasPrefix(path, "stacks/") && !strings.HasPrefix(path, "policies/") || strings.HasPrefix(path, "stacks/image/") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "time.Now(") {
			t.Errorf("%s asks for the time", path)
		}
	}
}

// productionFiles are the files of Go that a deployment consists of, or is made by.
func productionFiles(t *testing.T) []string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "git", "ls-files", "--cached", "--others", "--exclude-standard", "*.go")
	list.Dir = root
	output, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Fields(string(output)), func(path string) bool {
		_, err := os.Stat(filepath.Join(root, path)) // Deleted, and not committed yet.
		return err != nil || strings.HasPrefix(path, "test/") || strings.HasSuffix(path, "_test.go")
	})
}
