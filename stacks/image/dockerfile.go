package image

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// Recipe is a Dockerfile that can be built without running anything.
type Recipe struct {
	// From is the reference of the base image, as the Dockerfile has it.
	From string

	commands []instructions.Command
}

// An UnsupportedError says what needs Docker.
type UnsupportedError struct {
	// Where is a file, with the line if there is one.
	Where string
	// What stands there.
	What string
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("%s: %s needs Docker", e.Where, e.What)
}

// Read reads the Dockerfile with this name in a build context. It returns an
// [*UnsupportedError] for one that needs Docker, and another error for one that is wrong.
func Read(context fs.FS, name string) (Recipe, error) {
	if _, err := fs.Stat(context, ".dockerignore"); err == nil {
		return Recipe{}, &UnsupportedError{Where: ".dockerignore", What: "leaving files out"}
	}
	text, err := fs.ReadFile(context, name)
	if err != nil {
		return Recipe{}, err
	}
	recipe, err := parse(text)
	if err != nil {
		return Recipe{}, fmt.Errorf("%s: %w", name, err)
	}
	return recipe, nil
}

func parse(text []byte) (Recipe, error) {
	parsed, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		return Recipe{}, err
	}
	stages, arguments, err := instructions.Parse(parsed.AST, nil)
	switch {
	case err != nil:
		return Recipe{}, err
	case len(stages) == 0:
		return Recipe{}, errors.New("got no FROM, want one")
	case len(arguments) > 0:
		return Recipe{}, unsupported(arguments[0].Location(), "ARG")
	case len(stages) > 1:
		return Recipe{}, unsupported(stages[1].Location, "a second FROM")
	}
	stage := stages[0]
	if what := unsupportedBase(stage); what != "" {
		return Recipe{}, unsupported(stage.Location, what)
	}
	for _, command := range stage.Commands {
		if what := unsupportedCommand(command); what != "" {
			return Recipe{}, unsupported(command.Location(), what)
		}
	}
	return Recipe{From: stage.BaseName, commands: stage.Commands}, nil
}

func unsupported(location []parser.Range, what string) error {
	return &UnsupportedError{Where: fmt.Sprintf("line %d", location[0].Start.Line), What: what}
}

func unsupportedBase(stage instructions.Stage) string {
	switch {
	case stage.Platform != "":
		return "FROM --platform"
	case stage.BaseName == "scratch":
		return "FROM scratch"
	case strings.Contains(stage.BaseName, "$"):
		return "a variable"
	}
	return ""
}

// unsupportedCommand returns what about the command cannot be built here, or nothing.
func unsupportedCommand(command instructions.Command) string {
	var words []string // Those in which Docker replaces variables.
	switch c := command.(type) {
	case *instructions.CopyCommand:
		if what := unsupportedCopy(c); what != "" {
			return what
		}
		words = append(c.SourcePaths, c.DestPath)
	case *instructions.EnvCommand:
		words = flat(c.Env)
	case *instructions.LabelCommand:
		words = flat(c.Labels)
	case *instructions.UserCommand:
		words = []string{c.User}
	case *instructions.VolumeCommand:
		words = c.Volumes
	case *instructions.WorkdirCommand:
		words = []string{c.Path}
	case *instructions.EntrypointCommand:
		return shellForm("ENTRYPOINT", c.ShellDependantCmdLine)
	case *instructions.CmdCommand:
		return shellForm("CMD", c.ShellDependantCmdLine)
	default:
		return strings.ToUpper(command.Name())
	}
	if strings.ContainsAny(strings.Join(words, ""), `$\"'`) {
		return "a variable or a quote"
	}
	return ""
}

func unsupportedCopy(c *instructions.CopyCommand) string {
	_, _, ownerErr := owner(c.Chown)
	switch {
	case c.From != "":
		return "COPY --from"
	case c.Chmod != "":
		return "COPY --chmod"
	case c.Link:
		return "COPY --link"
	case c.Parents:
		return "COPY --parents"
	case len(c.ExcludePatterns) > 0:
		return "COPY --exclude"
	case len(c.SourceContents) > 0:
		return "COPY of a text in the Dockerfile"
	case strings.ContainsAny(strings.Join(c.SourcePaths, ""), "*?["):
		return "COPY of a pattern"
	case ownerErr != nil:
		return "COPY --chown with anything but UID:GID"
	}
	return ""
}

func shellForm(instruction string, line instructions.ShellDependantCmdLine) string {
	if line.PrependShell {
		return instruction + " without brackets"
	}
	return ""
}

func flat(pairs instructions.KeyValuePairs) (words []string) {
	for _, pair := range pairs {
		words = append(words, pair.Key, pair.Value)
	}
	return words
}
