package image

import (
	"fmt"
	"io/fs"
	"path"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// Build makes the image on top of its base, which has to be for the platform and whose layers
// it reads once to know which directories there are. The files it copies are read from the
// context whenever the bytes of the new layer are asked for.
func (r Recipe) Build(base v1.Image, platform v1.Platform, context fs.FS) (v1.Image, error) {
	config, err := base.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("read the base image: %w", err)
	}
	if config.OS != platform.OS || config.Architecture != platform.Architecture {
		return nil, fmt.Errorf("base image %s: got %s, want %s", r.From, config.Platform(), platform)
	}
	files, err := treeOf(base)
	if err != nil {
		return nil, err
	}
	settings := *config.Config.DeepCopy()
	if slices.ContainsFunc(r.commands, isEntrypoint) {
		settings.Cmd = nil // It was meant for the entrypoint that the base image has.
	}
	for _, command := range r.commands {
		switch c := command.(type) {
		case *instructions.CopyCommand:
			err = files.copy(context, c, settings.WorkingDir)
		case *instructions.WorkdirCommand:
			err = files.enter(&settings, c)
		default:
			configure(&settings, command)
		}
		if err != nil {
			return nil, err
		}
	}
	return assemble(base, files, context, settings)
}

// enter makes a directory the working directory, and makes it if it is not there. Whose it is
// then depends on who builds, except for root.
func (t tree) enter(settings *v1.Config, c *instructions.WorkdirCommand) error {
	settings.WorkingDir = absolute(c.Path, settings.WorkingDir)
	name, err := t.resolve(settings.WorkingDir)
	if err != nil {
		return err
	}
	if _, exists := t[name]; !exists && settings.User != "" {
		return unsupported(c.Location(), "WORKDIR that makes a directory for a USER")
	}
	return t.makeDir(name, 0, 0)
}

func isEntrypoint(command instructions.Command) bool {
	_, is := command.(*instructions.EntrypointCommand)
	return is
}

// absolute is the path, seen from the working directory.
func absolute(name, workingDir string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join("/", workingDir, name)
}

func assemble(base v1.Image, files tree, context fs.FS, settings v1.Config) (v1.Image, error) {
	mediaType, err := layerType(base)
	if err != nil {
		return nil, err
	}
	layer, err := files.layer(context, mediaType)
	if err != nil {
		return nil, err
	}
	img, err := mutate.Append(base, mutate.Addendum{
		Layer:     layer,
		MediaType: mediaType,
		History:   v1.History{Created: v1.Time{Time: epoch}, CreatedBy: "COPY"},
	})
	if err != nil {
		return nil, err
	}
	if img, err = mutate.Config(img, settings); err != nil {
		return nil, err
	}
	return mutate.CreatedAt(img, v1.Time{Time: epoch})
}

// layerType is the base image's kind of layer: registries refuse an image that mixes kinds.
func layerType(base v1.Image) (types.MediaType, error) {
	manifest, err := base.MediaType()
	if err != nil {
		return "", err
	}
	if manifest == types.OCIManifestSchema1 {
		return types.OCILayer, nil
	}
	return types.DockerLayer, nil
}
