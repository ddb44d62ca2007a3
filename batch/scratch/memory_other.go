//go:build !linux

package scratch

import "os"

// InMemory returns an empty file in the directory, as of [New]: the system has none in memory.
func InMemory(directory string) (*os.File, error) {
	file, err := New(directory)
	return file.File, err
}

// Seal does nothing.
func Seal(*os.File) error { return nil }
