package image

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"batchjobwithlambda/stacks/image/imagetest"
)

func settings(t *testing.T, instructions string) v1.Config {
	t.Helper()
	img, err := build(t, instructions, context)
	if err != nil {
		t.Fatal(err)
	}
	file, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	return file.Config
}

func TestSettingsAreTheBasesUnlessTheDockerfileSaysOtherwise(t *testing.T) {
	got := settings(t, `ENV LANG=C.UTF-8 LEVEL=9
LABEL org.example=a
VOLUME /scratch /tmp
WORKDIR /srv
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/worker"]
CMD ["a", "$b"]`)
	want := v1.Config{
		Env:        []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "LEVEL=9"},
		Labels:     map[string]string{"org.example": "a"},
		Volumes:    map[string]struct{}{"/scratch": {}, "/tmp": {}},
		WorkingDir: "/srv",
		User:       "65532:65532",
		Entrypoint: []string{"/usr/local/bin/worker"},
		Cmd:        []string{"a", "$b"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\ngot  %+v\nwant %+v", got, want)
	}
}

func TestAnEntrypointDropsTheBasesCommandButNotItsOwn(t *testing.T) {
	for instructions, want := range map[string][]string{
		"ENTRYPOINT [\"a\"]":              nil,
		"CMD [\"b\"]\nENTRYPOINT [\"a\"]": {"b"},
		"ENTRYPOINT [\"a\"]\nCMD [\"b\"]": {"b"},
		"USER 0":                          {"/bin/sh"},
	} {
		if got := settings(t, instructions).Cmd; !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", instructions, got, want)
		}
	}
}

func TestTheBasesLayersAreUntouchedAndOneIsAdded(t *testing.T) {
	img, err := build(t, "COPY app /app", context)
	if err != nil {
		t.Fatal(err)
	}
	got, want := digests(t, img), digests(t, imagetest.Base(t, "arm64"))
	if len(got) != len(want)+1 || !slices.Equal(got[:len(want)], want) {
		t.Errorf("got layers %v, want %v and one more", got, want)
	}
}

func digests(t *testing.T, img v1.Image) (digests []v1.Hash) {
	t.Helper()
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	for _, layer := range layers {
		digest, err := layer.Digest()
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, digest)
	}
	return digests
}

func TestABaseImageOfAnotherArchitectureIsRefused(t *testing.T) {
	recipe, err := Read(fstest.MapFS{"Dockerfile": {Data: []byte("FROM base")}}, "Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	_, err = recipe.Build(imagetest.Base(t, "amd64"), arm, context)
	if err == nil || !strings.Contains(err.Error(), "base image base: got linux/amd64, want linux/arm64") {
		t.Errorf("got error %v, want that the architecture is wrong", err)
	}
}

// Whoever builds it, wherever, and whenever: so a digest says what is in an image.
func TestTheSameFilesMakeTheSameImage(t *testing.T) {
	var built []v1.Hash
	for _, modified := range []time.Time{time.Unix(1, 0), time.Unix(1_000_000_000, 0)} {
		folder := t.TempDir()
		for _, name := range []string{"a", "b", "Dockerfile"} {
			path := filepath.Join(folder, name)
			if err := os.WriteFile(path, []byte("FROM base\nCOPY a b /x/"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, modified, modified); err != nil {
				t.Fatal(err)
			}
		}
		recipe, err := Read(os.DirFS(folder), "Dockerfile")
		if err != nil {
			t.Fatal(err)
		}
		img, err := recipe.Build(imagetest.Base(t, "arm64"), arm, os.DirFS(folder))
		if err != nil {
			t.Fatal(err)
		}
		for name, file := range imagetest.Added(t, img) {
			if !file.ModTime.Equal(epoch) {
				t.Errorf("%s: got time %s, want %s", name, file.ModTime, epoch)
			}
		}
		digest, err := img.Digest()
		if err != nil {
			t.Fatal(err)
		}
		built = append(built, digest)
	}
	if built[0] != built[1] {
		t.Errorf("got %s and %s, want the same", built[0], built[1])
	}
}

// test/bench/starting estimates the image by packing the worker.
func TestTheNewLayerIsAsLargeAsItsFilesPacked(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	program = program[:min(len(program), 4<<20)]
	var packed bytes.Buffer
	packer := gzip.NewWriter(&packed)
	if _, err := packer.Write(program); err != nil {
		t.Fatal(err)
	}
	if err := packer.Close(); err != nil {
		t.Fatal(err)
	}
	img, err := build(t, "COPY worker /usr/local/bin/", fstest.MapFS{"worker": {Data: program, Mode: 0o755}})
	if err != nil {
		t.Fatal(err)
	}
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	size, err := layers[len(layers)-1].Size()
	if err != nil {
		t.Fatal(err)
	}
	if difference := size - int64(packed.Len()); difference < -1024 || difference > 1024 {
		t.Errorf("got %d bytes, want %d and at most a kilobyte", size, packed.Len())
	}
}
