package image

import (
	"io/fs"
	"path"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// defaultPath is the PATH of a container whose image sets none (Docker's default).
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// HasProgram is whether the image has a file that a command of this name would start: an
// absolute path, or a name that is looked for in the image's PATH.
func HasProgram(img v1.Image, program string) (bool, error) {
	files, err := treeOf(img)
	if err != nil {
		return false, err
	}
	config, err := img.ConfigFile()
	if err != nil {
		return false, err
	}
	if path.IsAbs(program) {
		return files.executable(program), nil
	}
	for folder := range strings.SplitSeq(searchPath(config.Config.Env), ":") {
		if files.executable(path.Join(folder, program)) {
			return true, nil
		}
	}
	return false, nil
}

func searchPath(variables []string) string {
	for _, variable := range variables {
		if value, ok := strings.CutPrefix(variable, "PATH="); ok {
			return value
		}
	}
	return defaultPath
}

func (t tree) executable(name string) bool {
	resolved, err := t.resolve(name)
	if err != nil {
		return false
	}
	at, ok := t[resolved]
	return ok && at.mode.Type() == fs.FileMode(0) && at.mode.Perm()&0o111 != 0
}
