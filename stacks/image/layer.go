package image

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// epoch is the time of everything in an image, so that equal files make equal images.
var epoch = time.Unix(0, 0).UTC()

// layer packs what was added to the tree. It reads the files each time that its bytes are
// asked for, and keeps none in memory.
func (t tree) layer(context fs.FS, mediaType types.MediaType) (v1.Layer, error) {
	return tarball.LayerFromOpener(
		func() (io.ReadCloser, error) {
			reader, writer := io.Pipe()
			go func() { writer.CloseWithError(t.pack(context, writer)) }()
			return reader, nil
		},
		tarball.WithMediaType(mediaType),
		tarball.WithCompressionLevel(gzip.DefaultCompression),
	)
}

func (t tree) pack(context fs.FS, to io.Writer) error {
	packer := tar.NewWriter(to)
	for _, name := range t.added() {
		at := t[name]
		header := &tar.Header{
			Name:     name,
			Linkname: at.link,
			Size:     at.size,
			Mode:     int64(at.mode.Perm()),
			Uid:      at.uid,
			Gid:      at.gid,
			ModTime:  epoch,
		}
		switch at.mode.Type() {
		case fs.ModeDir:
			header.Typeflag, header.Name = tar.TypeDir, name+"/"
		case fs.ModeSymlink:
			header.Typeflag, header.Mode = tar.TypeSymlink, 0o777
		default:
			header.Typeflag = tar.TypeReg
		}
		if err := packer.WriteHeader(header); err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if err := writeFile(packer, context, at.source); err != nil {
			return err
		}
	}
	return packer.Close()
}

func writeFile(to io.Writer, context fs.FS, name string) (err error) {
	file, err := context.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = io.Copy(to, file)
	return err
}
