package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/synth"
)

var (
	link      = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	path      = regexp.MustCompile("`((?:\\.ci|\\.github|batch|docs|lambda|policies|stacks|test)/[\\w./-]*)`")
	command   = regexp.MustCompile("(?m)(?:`|^)make ([a-z-]+)")
	goCommand = regexp.MustCompile(`\bgo (?:run|test) (?:-\S+ )*(?:\S+ )??\./([\w./-]+?)(?:/\.\.\.)?(?:[\s` + "`" + `]|$)`)
	target    = regexp.MustCompile(`(?m)^([a-z][a-z -]*):`)
)

// pages are the pages of the documentation, by their paths.
func pages(t *testing.T) (root string, texts map[string]string) {
	t.Helper()
	root, err := synth.Root()
	if err != nil {
		t.Fatal(err)
	}
	list := exec.CommandContext(t.Context(), "git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md")
	list.Dir = root
	output, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	texts = map[string]string{}
	for name := range strings.FieldsSeq(string(output)) {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	return root, texts
}

func TestEveryFileAndFolderThatAPageNamesExists(t *testing.T) {
	root, texts := pages(t)
	for name, text := range texts {
		var named []string
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			named = append(named, filepath.Join(filepath.Dir(name), match[1]))
		}
		for _, match := range slices.Concat(path.FindAllStringSubmatch(text, -1), goCommand.FindAllStringSubmatch(text, -1)) {
			named = append(named, match[1])
		}
		for _, file := range named {
			if _, err := os.Stat(filepath.Join(root, file)); err != nil {
				t.Errorf("%s names %s, which is not there", name, file)
			}
		}
	}
}

func TestEveryMakeTargetThatAPageNamesExists(t *testing.T) {
	root, texts := pages(t)
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	var targets []string
	for _, match := range target.FindAllStringSubmatch(string(makefile), -1) {
		targets = append(targets, strings.Fields(match[1])...)
	}
	for name, text := range texts {
		for _, match := range command.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(targets, match[1]) {
				t.Errorf("%s names make %s, which the Makefile does not have", name, match[1])
			}
		}
	}
}

// goCommandField is the command of an example of a pipeline.
var goCommandField = regexp.MustCompile(`(?m)^Command:\s+(\[\]string\{.*\}),$`)

// The pipelines of test/matrix are run by test/local.
func TestEachCommandOfThePageOnProgramsIsThatOfAPipelineOfTheTests(t *testing.T) {
	root, texts := pages(t)
	files, err := filepath.Glob(filepath.Join(root, "test/matrix/*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var pipelines strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pipelines.Write(text)
	}
	examples := goCommandField.FindAllStringSubmatch(texts["docs/programs.md"], -1)
	if len(examples) == 0 {
		t.Fatal("docs/programs.md has no command")
	}
	for _, example := range examples {
		if !strings.Contains(pipelines.String(), example[1]) {
			t.Errorf("no pipeline of test/matrix has the command %s", example[1])
		}
	}
}
