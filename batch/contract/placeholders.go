package contract

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// The placeholders of a command's arguments. The examples are those of the object
// input/a/b.tar.gz, where input/ is the prefix of the pipeline's input and .zst the
// suffix of its outputs.
const (
	// InFile is the path of a file with the object: /scratch/object-1/in/b.tar.gz.
	InFile = "{in}"
	// InFiles, an argument of its own, becomes one argument an object of a batch, each like [InFile].
	// No two of the files have the same name up to the first dot: by that the output of each is
	// found in [OutDir].
	InFiles = "{in...}"
	// OutFile is the path of the file to write: /scratch/object-1/out/b.tar.gz.zst.
	OutFile = "{out}"
	// OutDir is the path of a folder. Every file that is in it at the end is an output of the object;
	// beside [InFiles], each of the objects has one.
	OutDir = "{outdir}"
	// ObjectKey is the object's key: input/a/b.tar.gz.
	ObjectKey = "{key}"
	// ObjectPath is the key after the prefix: a/b.tar.gz.
	ObjectPath = "{path}"
	// ObjectName is the path after its last slash: b.tar.gz. It is empty if the key ends in a slash.
	ObjectName = "{name}"
	// ObjectStem is the name without its extension: b.tar.
	ObjectStem = "{stem}"
	// ObjectExtension is the rest of the name, from its last dot: .gz. It is empty if the name has
	// no dot after its first character.
	ObjectExtension = "{ext}"
)

// ParameterPlaceholder is the placeholder of a parameter of the execution: {param.NAME}.
func ParameterPlaceholder(name string) string { return "{" + parameterPrefix + name + "}" }

var (
	placeholders = []string{
		InFiles, OutDir, FilesDir, InFile, OutFile,
		ObjectKey, ObjectPath, ObjectName, ObjectStem, ObjectExtension,
	}

	// safeInShell are the placeholders whose values are paths without any character that is
	// special to a shell, whatever the object's key is.
	safeInShell = []string{InFile, OutFile, OutDir, FilesDir}
)

// Template is a command whose placeholders have been found.
type Template struct {
	arguments [][]piece // Of the command without its program.
	// columns and further are what a list has to say, which is asked of each object.
	columns, further []string
}

// piece is a part of an argument: a placeholder, or text that stands for itself.
type piece struct {
	text        string
	placeholder bool
}

// ParseTemplate finds the placeholders in the command's arguments; the program's name has
// none. A placeholder in double braces, such as {{in}}, stands for itself in single ones.
// One after a dollar sign, such as ${name}, is a variable of the shell and stays as it is.
// Whatever else is in braces stays too, unless it is a placeholder spelled wrong.
func ParseTemplate(command Command) (Template, error) {
	var t Template
	for _, argument := range command[min(1, len(command)):] {
		pieces, err := parseArgument(argument)
		if err != nil {
			return Template{}, err
		}
		t.arguments = append(t.arguments, pieces)
	}
	if t.Uses(OutFile) && t.Uses(OutDir) {
		return Template{}, fmt.Errorf("command: got %s and %s, want one of them", OutFile, OutDir)
	}
	if err := t.checkBatch(); err != nil {
		return Template{}, err
	}
	t.findNamed()
	return t, t.checkShell(command)
}

// TakesFiles reports whether the command gets its objects as files, on the job's disk.
func (c Command) TakesFiles() bool { return c.Uses(InFile) || c.Uses(InFiles) }

func (t Template) checkBatch() error {
	if !t.Uses(InFiles) {
		return nil
	}
	for _, pieces := range t.arguments {
		if len(pieces) > 1 && slices.Contains(pieces, piece{InFiles, true}) {
			return fmt.Errorf("command: got %s within an argument, want it as an argument of its own", InFiles)
		}
	}
	for _, piece := range slices.Concat(t.arguments...) {
		_, parameter := piece.parameter()
		if piece.placeholder && !parameter && piece.text != InFiles && piece.text != OutDir {
			return fmt.Errorf(
				"command: got %s beside %s, want no placeholder of a single object in a command for many",
				piece.text,
				InFiles,
			)
		}
	}
	if !t.Uses(OutDir) {
		return fmt.Errorf("command: got %s without %s, want the folder for the outputs of many objects", InFiles, OutDir)
	}
	return nil
}

// checkShell refuses values that anybody who names an object or starts an execution may
// choose where a shell would run them.
func (t Template) checkShell(command Command) error {
	script := shellScript(command)
	if script < 0 {
		return nil
	}
	for _, piece := range t.arguments[script-1] {
		if piece.placeholder && !slices.Contains(safeInShell, piece.text) && !furtherInput.MatchString(piece.text) {
			return fmt.Errorf(
				"command: got %[1]s in the text of a shell, which would run what is in its value: "+
					`want it as an argument after the text, as in sh -c 'echo "$1"' sh %[1]s`,
				piece.text,
			)
		}
	}
	return nil
}

var (
	shell       = regexp.MustCompile(`^(.*/)?(sh|ash|bash|dash|ksh|zsh)$`)
	shellOption = regexp.MustCompile(`^-[a-z]*c[a-z]*$`)
)

// shellScript is the index of the argument that a shell reads as its script, or -1.
func shellScript(command Command) int {
	start := slices.IndexFunc(command, shell.MatchString) // Not always the first: env sh, busybox sh.
	if start < 0 {
		return -1
	}
	option := slices.IndexFunc(command[start:], shellOption.MatchString)
	if script := start + option + 1; option > 0 && script < len(command) {
		return script
	}
	return -1
}

// Uses reports whether the placeholder is in an argument.
func (t Template) Uses(placeholder string) bool {
	return slices.ContainsFunc(t.arguments, func(pieces []piece) bool {
		return slices.Contains(pieces, piece{placeholder, true})
	})
}

// Parameters returns the names of the parameters that the arguments use, sorted.
func (t Template) Parameters() []string {
	names := map[string]bool{}
	for _, piece := range slices.Concat(t.arguments...) {
		if name, ok := piece.parameter(); ok {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// parameter is the name of the parameter that the piece stands for, if it does.
func (p piece) parameter() (name string, ok bool) {
	name, ok = strings.CutPrefix(p.text, "{"+parameterPrefix)
	return strings.TrimSuffix(name, "}"), ok && p.placeholder
}

// Check returns an error when an argument uses a parameter that is not among the names.
func (t Template) Check(parameters []string) error {
	for _, name := range t.Parameters() {
		if !slices.Contains(parameters, name) {
			return fmt.Errorf(
				"command: got %s, want one of the parameters %q: add it to the pipeline's parameters",
				ParameterPlaceholder(name),
				parameters,
			)
		}
	}
	return nil
}

// Expand returns the arguments with each placeholder replaced by its value, and [InFiles]
// by one argument for each of the files. A value is not searched for placeholders again.
func (t Template) Expand(values map[string]string, files []string) []string {
	arguments := make([]string, 0, len(t.arguments)+len(files))
	for _, pieces := range t.arguments {
		if slices.Equal(pieces, []piece{{InFiles, true}}) {
			arguments = append(arguments, files...)
			continue
		}
		var argument strings.Builder
		for _, piece := range pieces {
			if piece.placeholder {
				argument.WriteString(values[piece.text])
			} else {
				argument.WriteString(piece.text)
			}
		}
		arguments = append(arguments, argument.String())
	}
	return arguments
}
