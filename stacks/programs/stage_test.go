package programs

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestTheImageGetsEverythingButGoSourcesAndTestData(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "image")
	for _, name := range []string{"Dockerfile", "tools/run.py", "worker/main.go", "worker/testdata/fuzz/x"} {
		path := filepath.Join(from, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if err := copyImageContext(from, to); err != nil {
		t.Fatal(err)
	}
	var copied []string
	err := fs.WalkDir(os.DirFS(to), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			copied = append(copied, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"Dockerfile", "tools/run.py"}; !slices.Equal(copied, want) {
		t.Errorf("copied %v, want %v", copied, want)
	}
}

// The mode is part of an asset's hash, and umasks differ.
func TestACopyIsExecutableOrNotAndNothingElse(t *testing.T) {
	folder := t.TempDir()
	for mode, want := range map[fs.FileMode]fs.FileMode{0o600: 0o644, 0o700: 0o755, 0o775: 0o755, 0o664: 0o644} {
		from, to := filepath.Join(folder, mode.String()), filepath.Join(folder, "copy", mode.String())
		if err := os.WriteFile(from, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(from, mode); err != nil {
			t.Fatal(err)
		}
		if err := copyFile(from, to); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(to)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%v became %v, want %v", mode, info.Mode(), want)
		}
	}
}
