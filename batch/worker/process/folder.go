package process

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"batchjobwithlambda/batch/contract"
)

// Object is an object that the command works on.
type Object struct {
	// Key is its key in S3, and Path what follows the input's prefix in the key.
	Key, Path string
	// Further are the paths of further inputs, as Path, by their placeholders.
	Further map[string]string
	// Values are those of placeholders that the package knows nothing of.
	Values map[string]string
}

// Folder is where the command works on an object, or on the objects of a batch. It is made
// before their content is fetched, and removed after the output has been sent.
type Folder struct {
	// Inputs are the paths of the files {in}, one an object, or none if the command reads its
	// standard input. They are not there yet.
	Inputs []string
	// Further are the paths of the files of further inputs, by their placeholders.
	Further map[string]string

	runner  *Runner
	objects []Object
	root    string
	folders []string // All that were made in the root, parents first.
	work    string   // The working directory.
	out     string   // The path of {out}.
	outDir  string

	survivors bool // Something that the command has started may still be in it.
}

// NewFolder makes a folder for the objects: one, or many if the command has {in...}. An error
// for which [Exhausted] holds may be gone when the folders of other objects are.
func (r *Runner) NewFolder(objects ...Object) (*Folder, error) {
	f := &Folder{runner: r, objects: objects}
	select {
	case root := <-r.folders: // It takes a tenth of the time of making one.
		f.layOut(root)
		return f, nil
	default:
	}
	root, err := os.MkdirTemp(r.settings.Scratch, "object-")
	if err != nil {
		return nil, fmt.Errorf("make a folder in the scratch directory: %w", err)
	}
	f.layOut(root)
	for _, folder := range f.folders {
		if err := os.Mkdir(folder, 0o700); err != nil {
			_ = removeAll(root)
			return nil, fmt.Errorf("make a folder in the scratch directory: %w", err)
		}
	}
	return f, nil
}

// layOut says what is where in the folder.
func (f *Folder) layOut(root string) {
	template := f.runner.template
	f.root = root
	f.work = filepath.Join(root, "work")
	f.folders = []string{f.work}
	in := filepath.Join(root, "in")
	if template.Uses(contract.InFile) {
		f.folders = append(f.folders, in)
		f.Inputs = []string{filepath.Join(in, fileName(lastName(f.objects[0].Path)))}
	}
	f.layOutFurther()
	if template.Uses(contract.InFiles) {
		f.folders = append(f.folders, in)
		for _, name := range inputNames(f.objects) {
			f.Inputs = append(f.Inputs, filepath.Join(in, name))
		}
	}
	if template.Uses(contract.OutFile) {
		out := filepath.Join(root, "out")
		f.folders = append(f.folders, out)
		f.out = filepath.Join(out, fileName(lastName(f.objects[0].Path)+f.runner.settings.OutputSuffix))
	}
	if template.Uses(contract.OutDir) {
		f.outDir = filepath.Join(root, "outdir")
		f.folders = append(f.folders, f.outDir)
	}
}

// layOutFurther gives each further input a folder of its own, because it may have the name of another.
func (f *Folder) layOutFurther() {
	placeholders := f.runner.template.FurtherInputs()
	if len(placeholders) == 0 {
		return
	}
	f.Further = map[string]string{}
	for _, placeholder := range placeholders {
		folder := filepath.Join(f.root, strings.Trim(placeholder, "{}"))
		f.folders = append(f.folders, folder)
		f.Further[placeholder] = filepath.Join(folder, fileName(lastName(f.objects[0].Further[placeholder])))
	}
}

// toFiles reports whether the output is what the command leaves in files.
func (f *Folder) toFiles() bool { return f.out != "" || f.outDir != "" }

// arguments returns the arguments of the command in this folder.
func (f *Folder) arguments() ([]string, error) {
	values := map[string]string{contract.OutDir: f.outDir, contract.FilesDir: f.runner.settings.Files}
	for name, value := range f.runner.settings.Parameters {
		values[contract.ParameterPlaceholder(name)] = value
	}
	if len(f.objects) == 1 {
		object := f.objects[0]
		name := lastName(object.Path)
		stem, extension := splitName(name)
		values[contract.ObjectKey] = object.Key
		values[contract.ObjectPath] = object.Path
		values[contract.ObjectName] = name
		values[contract.ObjectStem] = stem
		values[contract.ObjectExtension] = extension
		values[contract.OutFile] = f.out
		maps.Copy(values, object.Values)
		maps.Copy(values, f.Further)
		if len(f.Inputs) == 1 {
			values[contract.InFile] = f.Inputs[0]
		}
	}
	arguments := f.runner.template.Expand(values, f.Inputs)
	for _, argument := range arguments {
		if strings.Contains(argument, "\x00") {
			return nil, &Failure{Reason: "the object's key has a NUL, which no argument of a command can have"}
		}
	}
	return arguments, nil
}

func lastName(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// splitName splits the name before its last dot. A dot in front makes no extension.
func splitName(name string) (stem, extension string) {
	if dot := strings.LastIndexByte(name, '.'); dot > 0 {
		return name[:dot], name[dot:]
	}
	return name, ""
}
