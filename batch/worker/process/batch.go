package process

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"batchjobwithlambda/batch/contract"
)

// beginning is the name up to its first dot, which many programs keep when they name an output
// after its input. A dot in front is part of it.
func beginning(name string) string {
	if dot := strings.IndexByte(name[min(1, len(name)):], '.'); dot >= 0 {
		return name[:dot+1]
	}
	return name
}

// inputNames are the names of the files {in...}. No two of them have the same beginning, so that
// it is known of which an output is; where case does not count either.
func inputNames(objects []Object) []string {
	names := make([]string, 0, len(objects))
	taken := map[string]bool{}
	for _, object := range objects {
		name := fileName(lastName(object.Path))
		begin := beginning(name)
		rest := name[len(begin):]
		for number := 2; taken[strings.ToLower(beginning(name))]; number++ {
			ending := "-" + strconv.Itoa(number) + rest
			name = strings.ToValidUTF8(begin[:min(len(begin), maxNameBytes-len(ending))], "") + ending
		}
		taken[strings.ToLower(beginning(name))] = true
		names = append(names, name)
	}
	return names
}

// Keep leaves out of a command with {in...} all inputs but those with the numbers, in their order.
func (f *Folder) Keep(inputs []int) {
	var paths []string
	var objects []Object
	for _, i := range inputs {
		paths = append(paths, f.Inputs[i])
		objects = append(objects, f.objects[i])
	}
	f.Inputs, f.objects = paths, objects
}

// OutputOf opens the file that a command with {in...}, which has succeeded, made of the input with
// the number: the one in {outdir} whose name has the same beginning. The error is a [Failure] of
// the object if there is not one, or if it is none that can be sent.
func (p *Process) OutputOf(input int) (*os.File, error) {
	begin := beginning(filepath.Base(p.folder.Inputs[input]))
	var names []string
	seen := 0
	for entry, err := range readFolder(p.folder.outDir) {
		if errors.Is(err, fs.ErrNotExist) { // It has removed {outdir}.
			break
		}
		if err != nil {
			return nil, outputError(contract.OutDir, err)
		}
		if seen++; seen > p.folder.runner.maxOutputs {
			return nil, p.folder.runner.tooMany()
		}
		if name := entry.Name(); beginning(name) == begin {
			names = append(names, name)
		}
	}
	shown := filepath.Join(contract.OutDir, begin)
	switch len(names) {
	case 0:
		return nil, p.madeNothing(shown + " or " + shown + ".*")
	case 1:
		return openRegular(filepath.Join(p.folder.outDir, names[0]), filepath.Join(contract.OutDir, names[0]))
	}
	slices.Sort(names)
	return nil, &Failure{Reason: fmt.Sprintf(
		"the command made %d files of one object, such as %.100q and %.100q, want one",
		len(names), names[0], names[1],
	)}
}
