package image

import (
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// configure applies what a command says of how the image is run.
func configure(config *v1.Config, command instructions.Command) {
	switch c := command.(type) {
	case *instructions.EnvCommand:
		for _, pair := range c.Env {
			config.Env = setVariable(config.Env, pair.Key, pair.Value)
		}
	case *instructions.LabelCommand:
		for _, pair := range c.Labels {
			set(&config.Labels, pair.Key, pair.Value)
		}
	case *instructions.UserCommand:
		config.User = c.User
	case *instructions.VolumeCommand:
		for _, volume := range c.Volumes {
			set(&config.Volumes, volume, struct{}{})
		}
	case *instructions.EntrypointCommand:
		config.Entrypoint = c.CmdLine
	case *instructions.CmdCommand:
		config.Cmd = c.CmdLine
	}
}

func setVariable(variables []string, name, value string) []string {
	variables = slices.DeleteFunc(slices.Clone(variables), func(variable string) bool {
		return strings.HasPrefix(variable, name+"=")
	})
	return append(variables, name+"="+value)
}

func set[V any](to *map[string]V, key string, value V) {
	if *to == nil {
		*to = map[string]V{}
	}
	(*to)[key] = value
}
