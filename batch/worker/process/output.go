package process

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"unicode/utf8"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/people"
)

// maxOutputs is how many files and folders a command may leave in {outdir}. Their names are kept in
// memory, which takes some 5 MB with the list that says that they are complete.
const maxOutputs = 10_000

// Output is a file that the command left in {outdir}.
type Output struct {
	// Name is its path in {outdir}: UTF-8 with slashes, without "." or "..".
	Name string
	Size int64 // In bytes.

	path string
}

// Open opens the file.
func (o Output) Open() (*os.File, error) {
	return openRegular(o.path, filepath.Join(contract.OutDir, o.Name))
}

// Output opens the file {out} of a command that has succeeded. The error is a [Failure] of the
// object if there is no such file, or if it is none that can be sent.
func (p *Process) Output() (*os.File, error) {
	file, err := openRegular(p.folder.out, contract.OutFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, p.madeNothing(contract.OutFile)
	}
	return file, err
}

// Outputs returns the files in {outdir} of a command that has succeeded, sorted by name. The
// error is a [Failure] of the object if there is none, or anything in it that is no file.
func (p *Process) Outputs() ([]Output, error) {
	var outputs []Output
	seen := 0
	for folders := []string{""}; len(folders) > 0; folders = folders[1:] {
		folder := filepath.Join(p.folder.outDir, folders[0])
		shown := filepath.Join(contract.OutDir, folders[0])
		for entry, err := range readFolder(folder) {
			if errors.Is(err, fs.ErrNotExist) { // It has removed {outdir}.
				break
			}
			if err != nil {
				return nil, outputError(shown, err)
			}
			if seen++; seen > p.folder.runner.maxOutputs {
				return nil, p.folder.runner.tooMany()
			}
			name := filepath.Join(folders[0], entry.Name())
			if entry.IsDir() {
				folders = append(folders, name)
				continue
			}
			output, err := newOutput(p.folder.outDir, name, entry)
			if err != nil {
				return nil, err
			}
			outputs = append(outputs, output)
		}
	}
	if len(outputs) == 0 {
		return nil, p.madeNothing("a file in " + contract.OutDir)
	}
	slices.SortFunc(outputs, func(a, b Output) int { return strings.Compare(a.Name, b.Name) })
	return outputs, nil
}

// tooMany is the failure of a command that made more files than there may be.
func (r *Runner) tooMany() *Failure {
	most := people.Number(int64(r.maxOutputs))
	return &Failure{Reason: fmt.Sprintf("the command made more than %s files and folders in %s", most, contract.OutDir)}
}

func newOutput(root, name string, entry fs.DirEntry) (Output, error) {
	shown := filepath.Join(contract.OutDir, name)
	if !entry.Type().IsRegular() {
		return Output{}, notRegular(shown, entry.Type())
	}
	if !utf8.ValidString(name) {
		return Output{}, &Failure{Reason: fmt.Sprintf("the command made %q, whose name is not UTF-8", shown)}
	}
	info, err := entry.Info()
	if err != nil {
		return Output{}, outputError(shown, err)
	}
	return Output{Name: filepath.ToSlash(name), Size: info.Size(), path: filepath.Join(root, name)}, nil
}

// readFolder yields what is in the folder, which is no link, in memory that does not grow with it.
func readFolder(path string) iter.Seq2[fs.DirEntry, error] {
	return func(yield func(fs.DirEntry, error) bool) {
		folder, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_DIRECTORY, 0)
		if err != nil {
			yield(nil, err)
			return
		}
		defer folder.Close()
		for {
			entries, err := folder.ReadDir(256)
			for _, entry := range entries {
				if !yield(entry, nil) {
					return
				}
			}
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

// openRegular opens a file that the command has made. It never waits, as opening a FIFO would,
// and never leaves the folder, as a link would.
func openRegular(path, shown string) (*os.File, error) {
	about, err := os.Lstat(path)
	if err != nil {
		return nil, outputError(shown, err)
	}
	if !about.Mode().IsRegular() {
		return nil, notRegular(shown, about.Mode().Type())
	}
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, outputError(shown, err)
	}
	return file, nil
}

// outputError is what the object fails with when the system refuses what the command has made.
// It is no failure of the object if the worker lacks something.
func outputError(shown string, err error) error {
	if Exhausted(err) || errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read %s: %w", shown, err)
	}
	if cause := errors.Unwrap(err); cause != nil { // Without a path that means nothing to people.
		err = cause
	}
	return &Failure{Reason: fmt.Sprintf("%s cannot be read as the command has made it: %v", shown, err)}
}

func notRegular(shown string, kind fs.FileMode) *Failure {
	what := "a device"
	switch {
	case kind.IsDir():
		what = "a folder"
	case kind&fs.ModeSymlink != 0:
		what = "a link"
	case kind&fs.ModeNamedPipe != 0:
		what = "a FIFO"
	case kind&fs.ModeSocket != 0:
		what = "a socket"
	}
	return &Failure{Reason: fmt.Sprintf("the command made %s of %q, want a file", what, shown)}
}

// madeNothing is the failure of a command that succeeded without an output. What it said, and
// what else it made, are all that can tell why.
func (p *Process) madeNothing(what string) *Failure {
	text := "the command succeeded without making " + what
	if others := p.folder.others(); len(others) > 0 {
		text += fmt.Sprintf(", but made %q", others)
	}
	return &Failure{Reason: reason(text, p.said.String())}
}

// maxOthers is how many names a reason has room for.
const maxOthers = 5

// others returns what the command has made beside its output: names in the folder, some of them
// if there are many.
func (f *Folder) others() []string {
	var others []string
	for _, folder := range f.folders {
		for entry, err := range readFolder(folder) {
			if err != nil || len(others) == maxOthers {
				break
			}
			path := filepath.Join(folder, entry.Name())
			if slices.Contains(f.Inputs, path) || slices.Contains(f.folders, path) {
				continue
			}
			name, _ := filepath.Rel(f.root, path)
			others = append(others, strings.ToValidUTF8(name, "?"))
		}
	}
	slices.Sort(others)
	return others
}
