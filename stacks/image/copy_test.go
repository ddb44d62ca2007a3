package image

import (
	"archive/tar"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"batchjobwithlambda/stacks/image/imagetest"
)

var arm = v1.Platform{OS: "linux", Architecture: "arm64"}

// build makes an image from a Dockerfile below its FROM.
func build(t *testing.T, instructions string, context fstest.MapFS) (v1.Image, error) {
	t.Helper()
	context = maps.Clone(context)
	context["Dockerfile"] = &fstest.MapFile{Data: []byte("FROM base\n" + instructions)}
	recipe, err := Read(context, "Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	return recipe.Build(imagetest.Base(t, "arm64"), arm, context)
}

var context = fstest.MapFS{
	"program":       {Data: []byte("#!"), Mode: 0o755},
	"data":          {Data: []byte("1"), Mode: 0o644},
	"app/main":      {Data: []byte("2"), Mode: 0o600},
	"app/lib":       {Mode: fs.ModeDir | 0o750},
	"app/lib/a.so":  {Data: []byte("3"), Mode: 0o644},
	"app/lib/b.so":  {Data: []byte("a.so"), Mode: fs.ModeSymlink | 0o777},
	"root/tmp/file": {Data: []byte("4"), Mode: 0o644},
	"root/tmp":      {Mode: fs.ModeDir | 0o755},
	"empty":         {Mode: fs.ModeDir | 0o700},
}

// Each line of the layer is a path, with mode, owner and, of links, target. What BuildKit
// makes of the same instructions is in the source of its package tonistiigi/fsutil/copy.
func TestCopyPutsFilesWhereDockerDoes(t *testing.T) {
	for instructions, want := range map[string][]string{
		"COPY program /usr/local/bin/other":      {"/usr/local/bin/other 755 0:0"},
		"COPY program /usr/local/bin/":           {"/usr/local/bin/program 755 0:0"},
		"COPY program /usr/local/bin":            {"/usr/local/bin/program 755 0:0"},
		"COPY program /bin/":                     {"/usr/bin/program 755 0:0"},
		"COPY program data /bin/":                {"/usr/bin/data 644 0:0", "/usr/bin/program 755 0:0"},
		"COPY program /tmp/":                     {"/tmp/program 755 0:0"},
		"COPY --chown=1:2 program /opt/x/":       {"/opt 755 1:2", "/opt/x 755 1:2", "/opt/x/program 755 1:2"},
		"COPY --chown=65532:65532 empty /empty":  {"/empty 755 65532:65532"},
		"COPY empty /tmp":                        nil,
		"COPY app /opt":                          {"/opt 755 0:0", "/opt/lib 750 0:0", "/opt/lib/a.so 644 0:0", "/opt/lib/b.so 777 0:0 a.so", "/opt/main 600 0:0"},
		"COPY root/ /":                           {"/tmp 755 0:0", "/tmp/file 644 0:0"},
		"WORKDIR /srv\nCOPY program .":           {"/srv 755 0:0", "/srv/program 755 0:0"},
		"WORKDIR /usr\nWORKDIR bin\nCOPY data .": {"/usr/bin/data 644 0:0"},
		"COPY data /x\nCOPY program /x":          {"/x 755 0:0"},
	} {
		img, err := build(t, instructions, context)
		if err != nil {
			t.Errorf("%s: %v", instructions, err)
			continue
		}
		if got := listing(imagetest.Added(t, img)); !slices.Equal(got, want) {
			t.Errorf("%s:\ngot  %q\nwant %q", instructions, got, want)
		}
	}
}

func listing(files map[string]imagetest.File) (lines []string) {
	for path, file := range files {
		line := fmt.Sprintf("%s %o %d:%d %s", path, file.Mode, file.Uid, file.Gid, file.Linkname)
		lines = append(lines, strings.TrimSpace(line))
	}
	slices.Sort(lines)
	return lines
}

func TestWhatCannotBeCopiedIsRefused(t *testing.T) {
	for instructions, want := range map[string]string{
		"COPY nothing /a":                "nothing",
		"COPY program data /nowhere":     "want a directory with a / at its end",
		"COPY app /etc/passwd":           "/etc/passwd: got a file, want a directory",
		"COPY program /etc/passwd/":      "/etc/passwd: got a file, want a directory",
		"USER 65532\nWORKDIR /elsewhere": "WORKDIR that makes a directory for a USER needs Docker",
	} {
		if _, err := build(t, instructions, context); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %s", instructions, err, want)
		}
	}
}

func TestFilesKeepTheirBytes(t *testing.T) {
	img, err := build(t, "COPY app /app/", context)
	if err != nil {
		t.Fatal(err)
	}
	files := imagetest.Files(t, img)
	if got := files["/app/main"].Content; got != "2" {
		t.Errorf("got %q, want 2", got)
	}
	if got := files["/app/lib/b.so"]; got.Typeflag != tar.TypeSymlink {
		t.Errorf("got type %c, want a symbolic link", got.Typeflag)
	}
}
