package image

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"batchjobwithlambda/stacks/image/imagetest"
)

// defaultImage builds batch/Dockerfile, with what a synthesis adds to its folder.
func defaultImage(t *testing.T, architecture string) v1.Image {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(filepath.Join(folder, "etc"), os.DirFS("../../batch/etc")); err != nil {
		t.Fatal(err)
	}
	dockerfile, err := os.ReadFile("../../batch/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), dockerfile, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "worker"), []byte("worker of "+architecture), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(folder, "scratch"), 0o700); err != nil {
		t.Fatal(err)
	}
	recipe, err := Read(os.DirFS(folder), "Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	platform := v1.Platform{OS: "linux", Architecture: architecture}
	img, err := recipe.Build(imagetest.Base(t, architecture), platform, os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestTheDefaultImageRunsTheWorkerAsAUserWithAName(t *testing.T) {
	for _, architecture := range []string{"amd64", "arm64"} {
		img := defaultImage(t, architecture)
		files := imagetest.Files(t, img)
		worker := files["/usr/local/bin/worker"]
		if worker.Mode != 0o755 || worker.Content != "worker of "+architecture {
			t.Errorf("%s: got worker %o %q, want 755 and its bytes", architecture, worker.Mode, worker.Content)
		}
		for file, want := range map[string]string{"/etc/passwd": "job:x:65532:65532:", "/etc/group": "job:x:65532:"} {
			if !strings.Contains(files[file].Content, "\n"+want) {
				t.Errorf("%s: got %s %q, want a line %s", architecture, file, files[file].Content, want)
			}
		}
		config, err := img.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		if config.Architecture != architecture || config.Config.User != "65532:65532" ||
			strings.Join(config.Config.Entrypoint, " ") != "/usr/local/bin/worker" {
			t.Errorf("%s: got %+v", architecture, config)
		}
	}
}

// A volume takes its owner and mode from the image, and without them root's.
func TestTheDefaultImagesUserMayWriteToBothVolumes(t *testing.T) {
	img := defaultImage(t, "arm64")
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	files := imagetest.Files(t, img)
	for _, volume := range []string{"/scratch", "/tmp"} {
		if _, ok := config.Config.Volumes[volume]; !ok {
			t.Errorf("%s: got no volume", volume)
		}
		at := files[volume]
		if owned := at.Uid == 65532 && at.Gid == 65532; !owned && at.Mode&0o002 == 0 {
			t.Errorf("%s: got mode %o of %d:%d, want one that 65532 may write to", volume, at.Mode, at.Uid, at.Gid)
		}
	}
}

func TestTheDefaultImagesBaseIsPinnedByVersionAndDigest(t *testing.T) {
	recipe, err := Read(os.DirFS("../../batch"), "Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[\w./-]+:\d+\.\d+\.\d+@sha256:[0-9a-f]{64}$`).MatchString(recipe.From) {
		t.Errorf("got %s, want a version and a digest", recipe.From)
	}
}
