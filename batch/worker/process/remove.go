package process

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// maxFolders is how many empty folders are kept for the next objects.
const maxFolders = 64

// maxFolderBytes is the size of a folder in which there were so many files that it stays large.
const maxFolderBytes = 64 << 10

// Remove removes the folder and all that is in it. Its error says what could not be removed;
// it is no failure of the object, but takes room.
func (f *Folder) Remove() error {
	for _, input := range f.Inputs {
		_ = os.Remove(input)
	}
	for _, input := range f.Further {
		_ = os.Remove(input)
	}
	if f.out != "" {
		_ = os.Remove(f.out)
	}
	if f.asMade() {
		select {
		case f.runner.folders <- f.root:
			return nil
		default:
		}
	}
	if err := removeAll(f.root); err != nil {
		return fmt.Errorf("remove the folder of an object: %w", err)
	}
	return nil
}

// asMade reports whether the folder is as it was made, and so may be the next object's.
func (f *Folder) asMade() bool {
	if f.survivors {
		return false // See [Usage.Survivors].
	}
	for _, folder := range f.folders {
		if !isEmptyFolder(folder) {
			return false
		}
	}
	names, err := readNames(f.root, len(f.folders)+1)
	return err == nil && len(names) == len(f.folders)
}

func isEmptyFolder(path string) bool {
	about, err := os.Lstat(path)
	if err != nil || about.Mode() != fs.ModeDir|0o700 || about.Size() > maxFolderBytes {
		return false
	}
	names, err := readNames(path, 1)
	return err == io.EOF && len(names) == 0
}

// readNames returns so many names in the folder, or all if there are fewer.
func readNames(path string, count int) ([]string, error) {
	folder, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	return folder.Readdirnames(count)
}

// removeAll removes the folder, also if folders in it may not be written to, or if it is so
// deep that a path in it is too long, or that the folders on such a path cannot all be open at
// once, as [os.RemoveAll] has them: what is in a folder is moved to the top first.
func removeAll(root string) error {
	var failed error
	fail := func(err error) {
		if failed == nil {
			failed = err
		}
	}
	_ = os.Chmod(root, 0o700) // If it may not be changed, reading it says why.
	folders := []string{root}
	for i := 0; i < len(folders); i++ {
		entries, err := os.ReadDir(folders[i])
		fail(err)
		for _, entry := range entries {
			path := filepath.Join(folders[i], entry.Name())
			if !entry.IsDir() {
				fail(os.Remove(path))
				continue
			}
			_ = os.Chmod(path, 0o700) // To be moved it has to be writable: its parent is another then.
			top := filepath.Join(root, "remove-"+strconv.Itoa(len(folders)))
			if os.Rename(path, top) != nil {
				top = path
			}
			folders = append(folders, top)
		}
	}
	for _, folder := range slices.Backward(folders) {
		fail(os.Remove(folder))
	}
	return failed
}
