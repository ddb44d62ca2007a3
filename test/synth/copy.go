package synth

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Copy copies what is in the repository, committed or not, to a folder, where it may be
// changed, and lends it the installed tools.
func (a App) Copy(to string) (App, error) {
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = a.Root
	files, err := list.Output()
	if err != nil {
		return App{}, fmt.Errorf("list the project's files: %w", err)
	}
	for file := range strings.SplitSeq(strings.TrimSuffix(string(files), "\x00"), "\x00") {
		err := copyFile(filepath.Join(a.Root, file), filepath.Join(to, file))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // Deleted, and not committed yet.
			return App{}, err
		}
	}
	err = os.Symlink(filepath.Join(a.Root, "node_modules"), filepath.Join(to, "node_modules"))
	return App{Root: to, Validate: a.Validate, Program: a.Program}, err
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, text, info.Mode())
}
