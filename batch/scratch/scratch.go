// Package scratch keeps what does not fit in memory until it is needed.
package scratch

import (
	"fmt"
	"os"
)

// File is a temporary file. It has no name, so it is gone when it is closed, or when the
// program is killed.
type File struct{ *os.File }

// New returns an empty file in the directory; if that is "", in the system's own.
func New(directory string) (File, error) {
	file, err := os.CreateTemp(directory, "scratch-")
	if err == nil {
		err = os.Remove(file.Name())
	}
	if err != nil {
		if file != nil {
			file.Close()
		}
		return File{}, fmt.Errorf("make a temporary file: %w", err)
	}
	return File{file}, nil
}

// Write is that of [os.File], with an error that says what was to be kept.
func (f File) Write(p []byte) (int, error) { return explain(f.File.Write(p)) }

// WriteAt is that of [os.File], with an error that says what was to be kept.
func (f File) WriteAt(p []byte, offset int64) (int, error) { return explain(f.File.WriteAt(p, offset)) }

func explain(n int, err error) (int, error) {
	if err != nil {
		err = fmt.Errorf("keep in ephemeral storage what does not fit in memory: %w", err)
	}
	return n, err
}
