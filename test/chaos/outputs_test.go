package chaos

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
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

// made remembers what commands make.
var made sync.Map

// outputOf is what the command makes of the content when nothing happens to it.
func outputOf(command contract.Command, content string) (string, error) {
	type outcome struct {
		output string
		err    error
	}
	name := command.String() + content
	if before, ok := made.Load(name); ok {
		return before.(outcome).output, before.(outcome).err
	}
	output, err := runOn(command, content)
	made.Store(name, outcome{output, err})
	return output, err
}

func runOn(command contract.Command, content string) (string, error) {
	template, err := contract.ParseTemplate(command)
	if err != nil {
		return "", err
	}
	directory, err := os.MkdirTemp(folder, "outdir-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(directory)
	input := directory + ".in"
	defer os.Remove(input)
	if err := os.WriteFile(input, []byte(content), 0o600); err != nil {
		return "", err
	}
	arguments := template.Expand(map[string]string{contract.OutDir: directory}, []string{input})
	process := exec.Command(command[0], arguments...)
	process.Stdin = strings.NewReader(content)
	output, err := process.Output()
	if err != nil || !command.Uses(contract.OutDir) {
		return string(output), err
	}
	var all strings.Builder
	err = filepath.WalkDir(directory, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	return all.String(), err
}
