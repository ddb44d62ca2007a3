package image

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// node is a file, directory or symbolic link of an image.
type node struct {
	mode     fs.FileMode
	uid, gid int
	// link is where a symbolic link leads.
	link string
	// source is where the bytes of a copied file are, in the build context.
	source string
	size   int64
	// added is whether the node is not the base image's.
	added bool
}

// tree is a file system by path: clean, without a leading slash; the root is ".".
type tree map[string]node

// maxLinks is how many symbolic links a path may lead through on Linux.
const maxLinks = 40

// treeOf reads what is where in an image, but not the files' bytes.
func treeOf(img v1.Image) (_ tree, err error) {
	extracted := mutate.Extract(img)
	defer func() { err = errors.Join(err, extracted.Close()) }()
	t := tree{".": {mode: fs.ModeDir | 0o755}}
	files := tar.NewReader(extracted)
	for {
		header, err := files.Next()
		switch {
		case errors.Is(err, io.EOF):
			return t, nil
		case err != nil:
			return nil, fmt.Errorf("read the base image: %w", err)
		}
		t[clean(header.Name)] = node{
			mode: header.FileInfo().Mode(),
			uid:  header.Uid,
			gid:  header.Gid,
			link: header.Linkname,
		}
	}
}

// resolve follows the symbolic links in a path, whose end need not exist.
func (t tree) resolve(name string) (string, error) {
	pending := strings.Split(clean(name), "/")
	resolved := "."
	for links := 0; len(pending) > 0; {
		next := path.Join(resolved, pending[0])
		pending = pending[1:]
		at, ok := t[next]
		if !ok || at.mode.Type() != fs.ModeSymlink {
			resolved = next
			continue
		}
		if links++; links > maxLinks {
			return "", fmt.Errorf("/%s: got more than %d symbolic links", clean(name), maxLinks)
		}
		target := at.link
		if !path.IsAbs(target) {
			target = path.Join("/", resolved, target)
		}
		pending = append(strings.Split(clean(target), "/"), pending...)
		resolved = "."
	}
	return resolved, nil
}

func (t tree) isDir(name string) bool {
	return t[name].mode.IsDir()
}

// makeDir makes a directory and those above it, unless they exist.
func (t tree) makeDir(name string, uid, gid int) error {
	if at, ok := t[name]; ok {
		if !at.mode.IsDir() {
			return fmt.Errorf("/%s: got a file, want a directory", name)
		}
		return nil
	}
	if err := t.makeDir(path.Dir(name), uid, gid); err != nil {
		return err
	}
	t[name] = node{mode: fs.ModeDir | 0o755, uid: uid, gid: gid, added: true}
	return nil
}

// added are the paths that are not the base image's, each after its directory.
func (t tree) added() []string {
	var names []string
	for name, at := range t {
		if at.added {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// clean is the path in the form of a [tree].
func clean(name string) string {
	if cleaned := path.Clean("/" + name)[1:]; cleaned != "" {
		return cleaned
	}
	return "."
}
