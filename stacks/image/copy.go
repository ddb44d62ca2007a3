package image

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// copying is one COPY under way. It does what BuildKit does (its package fsutil/copy): a
// directory's contents are copied, not itself; directories on the way are made, with mode 755
// and the owner of the copy; of an existing directory only what is named below the source
// changes mode and owner.
type copying struct {
	tree     tree
	context  fs.FS
	uid, gid int
}

func (t tree) copy(context fs.FS, c *instructions.CopyCommand, workingDir string) error {
	uid, gid, err := owner(c.Chown)
	if err != nil {
		return err
	}
	toDir := strings.HasSuffix(c.DestPath, "/") || path.Base(c.DestPath) == "."
	if len(c.SourcePaths) > 1 && !toDir {
		return fmt.Errorf("COPY of %d files: got %s, want a directory with a / at its end", len(c.SourcePaths), c.DestPath)
	}
	target, err := t.resolve(absolute(c.DestPath, workingDir))
	if err != nil {
		return err
	}
	copying := copying{tree: t, context: context, uid: uid, gid: gid}
	for _, source := range c.SourcePaths {
		if err := copying.source(clean(source), target, toDir); err != nil {
			return fmt.Errorf("COPY %s: %w", source, err)
		}
	}
	return nil
}

// owner splits UID:GID; no owner is root.
func owner(chown string) (uid, gid int, err error) {
	if chown == "" {
		return 0, 0, nil
	}
	user, group, _ := strings.Cut(chown, ":")
	if uid, err = strconv.Atoi(user); err != nil {
		return 0, 0, err
	}
	gid, err = strconv.Atoi(group)
	return uid, gid, err
}

func (c copying) source(source, target string, toDir bool) error {
	info, err := fs.Stat(c.context, source)
	if err != nil {
		return err
	}
	if info.IsDir() {
		if err := c.tree.makeDir(target, c.uid, c.gid); err != nil {
			return err
		}
		return c.contents(source, target)
	}
	if toDir || c.tree.isDir(target) {
		target = path.Join(target, path.Base(source))
	}
	if err := c.tree.makeDir(path.Dir(target), c.uid, c.gid); err != nil {
		return err
	}
	return c.file(source, target, info)
}

func (c copying) contents(source, target string) error {
	entries, err := fs.ReadDir(c.context, source)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		from, to := path.Join(source, entry.Name()), path.Join(target, entry.Name())
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if !info.IsDir() {
			if err := c.file(from, to, info); err != nil {
				return err
			}
			continue
		}
		if at, ok := c.tree[to]; ok && !at.mode.IsDir() {
			return fmt.Errorf("/%s: got a file, want a directory", to)
		}
		c.tree[to] = node{mode: info.Mode(), uid: c.uid, gid: c.gid, added: true}
		if err := c.contents(from, to); err != nil {
			return err
		}
	}
	return nil
}

func (c copying) file(source, target string, info fs.FileInfo) error {
	if c.tree.isDir(target) {
		return fmt.Errorf("/%s: got a directory, want a file or nothing", target)
	}
	copied := node{mode: info.Mode(), uid: c.uid, gid: c.gid, added: true}
	switch info.Mode().Type() {
	case 0:
		copied.source, copied.size = source, info.Size()
	case fs.ModeSymlink:
		link, err := fs.ReadLink(c.context, source)
		if err != nil {
			return err
		}
		copied.link = link
	default:
		return fmt.Errorf("%s: got %s, want a file, a directory or a symbolic link", source, info.Mode().Type())
	}
	c.tree[target] = copied
	return nil
}
