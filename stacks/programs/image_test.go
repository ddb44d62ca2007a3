package programs

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const reference = "public.ecr.aws/docker/library/python:3.13-slim@sha256:1234"

// context stages an image, and returns where, and what is there.
func context(t *testing.T, image Image) (folder string, names []string) {
	t.Helper()
	worker := filepath.Join(t.TempDir(), "worker")
	if err := os.WriteFile(worker, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	folder = filepath.Join(t.TempDir(), "image")
	if err := image.stage("../../batch", worker, folder); err != nil {
		t.Fatal(err)
	}
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, _ fs.DirEntry, err error) error {
		names = append(names, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return folder, names
}

func TestEachContextHasWhatItsDockerfileCopies(t *testing.T) {
	for _, base := range []string{"", reference} {
		folder, names := context(t, Image{Architecture: "arm64", Base: base})
		for _, line := range instructions(t, filepath.Join(folder, "Dockerfile")) {
			words := strings.Fields(line)
			if words[0] != "COPY" {
				continue
			}
			for _, source := range words[1 : len(words)-1] {
				if !strings.HasPrefix(source, "--") && !slices.Contains(names, source) {
					t.Errorf("base %q: %s is not in the context: %q", base, source, names)
				}
			}
		}
	}
}

func TestAnImageByReferenceNeedsNothingOfTheDockerfilesFolderButNames(t *testing.T) {
	_, names := context(t, Image{Architecture: "arm64", Base: reference})
	want := []string{".", "Dockerfile", "etc", "etc/group", "etc/passwd", "scratch", "worker"}
	if !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
}

// So that nothing of the default image is missing in an image by reference.
func TestAnImageByReferenceIsMadeLikeTheDefaultButForItsBase(t *testing.T) {
	folder, _ := context(t, Image{Architecture: "arm64", Base: reference})
	got, want := instructions(t, filepath.Join(folder, "Dockerfile")), instructions(t, "../../batch/Dockerfile")
	want[0] = "FROM " + reference
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q: change dockerfile in image.go with batch/Dockerfile", got, want)
	}
}

func instructions(t *testing.T, path string) (lines []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines
}
