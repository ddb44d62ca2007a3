package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
)

// app is a CDK app in a folder of its own, ready to be synthesized.
type app struct {
	name, folder string
	// stack is the source file that has the stack's description, which an edit changes.
	stack string
	// environment is what the app needs besides this process's own.
	environment []string
	// tools is the folder of the pinned CLI and its Node.js, which all apps share.
	tools string
}

// template is what is read of a synthesized template.
type template struct {
	Description string
	Resources   map[string]struct{ Type string }
}

// edit changes the stack: its description becomes one that it never had, so that no cache can
// know it. It returns that description.
func (a app) edit(number int64) (string, error) {
	edited := fmt.Sprintf("Run one command over every object in S3, edit %d", number)
	return edited, a.rewrite(`Run one command over every object in S3[^"'\n]*`, edited)
}

// rewrite replaces what the pattern matches in the stack's source, which must be one place.
func (a app) rewrite(pattern, by string) error {
	path := filepath.Join(a.folder, a.stack)
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	matches := regexp.MustCompile(pattern)
	if found := len(matches.FindAll(text, -1)); found != 1 {
		return fmt.Errorf("%s has %q in %d places: it must be one", path, pattern, found)
	}
	return os.WriteFile(path, matches.ReplaceAll(text, []byte(by)), 0o600)
}

// synth synthesizes the app, with AWS's validator or without.
func (a app) synth(validate bool) (usage, template, error) {
	out := filepath.Join(a.folder, "cdk.out")
	command := exec.Command(filepath.Join(a.tools, "cdk"), "synth", "--quiet", "--output", out)
	command.Dir = a.folder
	command.Env = append(os.Environ(), append(a.environment,
		// The CLI, jsii and the peers all take the first node there is: the pinned one.
		"PATH="+a.tools+string(os.PathListSeparator)+os.Getenv("PATH"),
		"CDK_VALIDATION="+strconv.FormatBool(validate),
	)...)
	used, err := measure(command)
	if err != nil {
		return used, template{}, err
	}
	templates, err := filepath.Glob(filepath.Join(out, "*.template.json"))
	if err == nil && len(templates) != 1 {
		err = fmt.Errorf("%s has %d templates, not one", out, len(templates))
	}
	if err != nil {
		return used, template{}, err
	}
	text, err := os.ReadFile(templates[0])
	if err != nil {
		return used, template{}, err
	}
	var read template
	return used, read, json.Unmarshal(text, &read)
}
