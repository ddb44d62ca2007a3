package main

import (
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"batchjobwithlambda/stacks/image"
)

// manifestFile is where an error says that something stands that needs Docker.
const manifestFile = "the asset manifest"

// recipe is how an image is built, and where it goes.
type recipe struct {
	image.Recipe
	context      string
	platform     v1.Platform
	destinations []destination
}

// readRecipe returns an [*image.UnsupportedError] if the image needs Docker.
func readRecipe(folder string, a asset) (*recipe, error) {
	var from source
	if err := decodeExactly(a.Source, &from); err != nil {
		return nil, &image.UnsupportedError{Where: manifestFile, What: err.Error()}
	}
	platform, err := v1.ParsePlatform(from.Platform)
	if err != nil || platform.Architecture == "" {
		return nil, &image.UnsupportedError{Where: manifestFile, What: "the building machine's platform"}
	}
	r := &recipe{context: filepath.Join(folder, from.Directory), platform: *platform}
	for _, text := range a.Destinations {
		var to destination
		if err := decodeExactly(text, &to); err != nil {
			return nil, &image.UnsupportedError{Where: manifestFile, What: err.Error()}
		}
		r.destinations = append(r.destinations, to)
	}
	if from.DockerFile == "" {
		from.DockerFile = "Dockerfile"
	}
	r.Recipe, err = image.Read(os.DirFS(r.context), from.DockerFile)
	return r, err
}
