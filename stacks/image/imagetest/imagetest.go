// Package imagetest makes small base images for tests, and looks into images.
package imagetest

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"path"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// File is a file, directory or symbolic link of an image.
type File struct {
	tar.Header
	Content string
}

// Base returns an image that has what matters of Alpine's: directories with odd modes, a
// symbolic link to a directory, and a command.
func Base(tb testing.TB, architecture string) v1.Image {
	tb.Helper()
	layer := Layer(tb,
		File{Header: tar.Header{Name: "etc/", Typeflag: tar.TypeDir, Mode: 0o755}},
		File{Header: tar.Header{Name: "etc/passwd", Typeflag: tar.TypeReg, Mode: 0o644}, Content: "root:x:0:0::/:/bin/sh\n"},
		File{Header: tar.Header{Name: "tmp/", Typeflag: tar.TypeDir, Mode: 0o1777}},
		File{Header: tar.Header{Name: "usr/", Typeflag: tar.TypeDir, Mode: 0o755}},
		File{Header: tar.Header{Name: "usr/bin/", Typeflag: tar.TypeDir, Mode: 0o711}},
		File{Header: tar.Header{Name: "usr/local/bin/", Typeflag: tar.TypeDir, Mode: 0o755}},
		File{Header: tar.Header{Name: "bin", Typeflag: tar.TypeSymlink, Linkname: "usr/bin"}},
	)
	img, err := mutate.Append(
		mutate.MediaType(mutate.ConfigMediaType(empty.Image, types.OCIConfigJSON), types.OCIManifestSchema1),
		mutate.Addendum{Layer: layer, MediaType: types.OCILayer},
	)
	if err != nil {
		tb.Fatal(err)
	}
	config, err := img.ConfigFile()
	if err != nil {
		tb.Fatal(err)
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", architecture
	config.Config.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C"}
	config.Config.Cmd = []string{"/bin/sh"}
	img, err = mutate.ConfigFile(img, config)
	if err != nil {
		tb.Fatal(err)
	}
	return img
}

// Index returns both architectures under one reference, as registries serve them.
func Index(tb testing.TB) v1.ImageIndex {
	tb.Helper()
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, architecture := range []string{"amd64", "arm64"} {
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add:        Base(tb, architecture),
			Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: architecture}},
		})
	}
	return index
}

// Layer packs files as they are.
func Layer(tb testing.TB, files ...File) v1.Layer {
	tb.Helper()
	var packed bytes.Buffer
	packer := tar.NewWriter(&packed)
	for _, file := range files {
		file.Size = int64(len(file.Content))
		if err := packer.WriteHeader(&file.Header); err != nil {
			tb.Fatal(err)
		}
		if _, err := packer.Write([]byte(file.Content)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := packer.Close(); err != nil {
		tb.Fatal(err)
	}
	layer, err := tarball.LayerFromOpener(
		func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(packed.Bytes())), nil },
		tarball.WithMediaType(types.OCILayer),
	)
	if err != nil {
		tb.Fatal(err)
	}
	return layer
}

// Files returns what an image unpacks to, by absolute path.
func Files(tb testing.TB, img v1.Image) map[string]File {
	tb.Helper()
	extracted := mutate.Extract(img)
	defer extracted.Close()
	return read(tb, extracted)
}

// Added returns what an image's last layer holds, by absolute path.
func Added(tb testing.TB, img v1.Image) map[string]File {
	tb.Helper()
	layers, err := img.Layers()
	if err != nil {
		tb.Fatal(err)
	}
	packed, err := layers[len(layers)-1].Uncompressed()
	if err != nil {
		tb.Fatal(err)
	}
	defer packed.Close()
	return read(tb, packed)
}

func read(tb testing.TB, packed io.Reader) map[string]File {
	tb.Helper()
	files := map[string]File{}
	for unpacker := tar.NewReader(packed); ; {
		header, err := unpacker.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			tb.Fatal(err)
		}
		content, err := io.ReadAll(unpacker)
		if err != nil {
			tb.Fatal(err)
		}
		files[path.Join("/", header.Name)] = File{Header: *header, Content: string(content)}
	}
}
