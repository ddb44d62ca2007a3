package chaos

import (
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"batchjobwithlambda/batch/contract"
)

// The output of an object is what the command writes to its standard output, or, with {in...}, to
// the file in {outdir} that is the object's. With {outdir} alone it is, to these tests, the content
// of all outputs that the object's list names.

// inFolders reports whether an object has a folder of outputs.
func (f *fixture) inFolders() bool { return (contract.WorkSettings{}).Outputs(f.command).InFolders }

// folderOf begins the keys of the outputs of an input that has a folder of them.
func folderOf(input string) string { return outputKey(input) + "/" }

// listKey is the key of the list of the outputs of an input.
func listKey(input string) string {
	return "output/_outputs/" + strings.TrimPrefix(outputKey(input), "output/") + ".json"
}

// completing is the key of what says that the output of the input is complete.
func (f *fixture) completing(input string) string {
	if f.inFolders() {
		return listKey(input)
	}
	return outputKey(input)
}

// inputOf is the key of the input whose output, or list, has the key. It has one slash.
func (f *fixture) inputOf(key string) string {
	name := strings.TrimPrefix(key, "output/")
	if f.inFolders() {
		name, _, _ = strings.Cut(strings.TrimSuffix(strings.TrimPrefix(name, "_outputs/"), ".json"), "/")
	}
	return "input/" + strings.TrimSuffix(name, outputSuffix)
}

// output is the whole output of an input, if there is one.
func (f *fixture) output(input string) (string, bool) {
	text, ok := f.read(f.completing(input))
	if !ok || !f.inFolders() {
		return text, ok
	}
	var list contract.OutputList
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		f.report(wrong, "the list of the outputs of %s is %q: %v", input, text, err)
	}
	var output strings.Builder
	for _, listed := range list.Outputs {
		content, ok := f.read(listed.Key)
		if !ok {
			f.report(lost, "%s is listed, and not there", listed.Key)
		}
		output.WriteString(content)
	}
	return output.String(), list.Complete
}

// source is what an output is made of, besides the command.
type source struct {
	content string
	// row is what a list says of the object, and further the content of its further input.
	row     row
	further string
}

// possible is a source that the output of an input may have.
type possible struct {
	input string
	source
}

// allow has the input have the content from now on, and allows the outputs that may be made of it
// then to be what the command makes, if it does not fail.
func (f *fixture) allow(key, content string) error {
	for _, p := range f.note(key, content) {
		if err := f.allowSource(p); err != nil {
			return err
		}
	}
	return nil
}

// note notes the input's content, and returns what may be made with it: with any version of another
// input that it is made of, because a program reads the one before the other.
func (f *fixture) note(key, content string) []possible {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.inputs[key], f.versions[key] = &content, append(f.versions[key], content)
	if f.rows == nil {
		return []possible{{key, source{content: content}}}
	}
	var list []possible
	for object, r := range f.rows {
		if object == key {
			for _, further := range f.versions[r.further] {
				list = append(list, possible{object, source{content, r, further}})
			}
		}
		if r.further == key {
			for _, own := range f.versions[object] {
				list = append(list, possible{object, source{own, r, content}})
			}
		}
	}
	return list
}

// allowNow allows all outputs to be what the command makes of the inputs as they are.
func (f *fixture) allowNow() error {
	for key := range f.inputs {
		if s, ok := f.sourceOf(key); ok {
			if err := f.allowSource(possible{key, s}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *fixture) allowSource(p possible) error {
	output, err := outputOf(f.command, p.source)
	if _, failed := errors.AsType[*exec.ExitError](err); failed {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.may[outputKey(p.input)] = append(f.may[outputKey(p.input)], output)
	return err
}

// sourceOf is what the output of the input has to be made of, if it has to have one and all of that is there.
func (f *fixture) sourceOf(key string) (source, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	content := f.inputs[key]
	if content == nil {
		return source{}, false
	}
	if f.rows == nil {
		return source{content: *content}, true
	}
	r, listed := f.rows[key]
	further := f.inputs[r.further]
	if !listed || further == nil {
		return source{}, false
	}
	return source{*content, r, *further}, true
}

// makes is what the input makes, if all of it is there and the command does not fail on it.
func (f *fixture) makes(key string) (output string, ok bool) {
	s, ok := f.sourceOf(key)
	if !ok {
		return "", false
	}
	output, err := outputOf(f.command, s)
	return output, err == nil
}

// made remembers what commands make.
var made sync.Map

// outputOf is what the command makes of the source when nothing happens to it.
func outputOf(command contract.Command, s source) (string, error) {
	type outcome struct {
		output string
		err    error
	}
	type recipe struct {
		command string
		source
	}
	r := recipe{command.String(), s}
	if before, ok := made.Load(r); ok {
		return before.(outcome).output, before.(outcome).err
	}
	output, err := runOn(command, s)
	made.Store(r, outcome{output, err})
	return output, err
}

func runOn(command contract.Command, s source) (string, error) {
	template, err := contract.ParseTemplate(command)
	if err != nil {
		return "", err
	}
	directory, err := os.MkdirTemp(folder, "oracle-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(directory)
	outdir, input := filepath.Join(directory, "outdir"), filepath.Join(directory, "object")
	further := filepath.Join(directory, path.Base(cmp.Or(s.row.further, "none"))) // Its name is told to the command.
	if err := firstError(
		os.Mkdir(outdir, 0o700),
		os.WriteFile(input, []byte(s.content), 0o600),
		os.WriteFile(further, []byte(s.further), 0o600),
	); err != nil {
		return "", err
	}
	arguments := template.Expand(map[string]string{
		contract.OutDir:                    outdir,
		contract.InFile:                    input,
		contract.ColumnPlaceholder("mark"): s.row.mark,
		"{in2}":                            further,
	}, []string{input})
	process := exec.Command(command[0], arguments...)
	process.Stdin = strings.NewReader(s.content)
	output, err := process.Output()
	if err != nil || !command.Uses(contract.OutDir) {
		return string(output), err
	}
	var all strings.Builder
	err = filepath.WalkDir(outdir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	return all.String(), err
}
