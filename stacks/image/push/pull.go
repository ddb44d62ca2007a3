package main

import (
	"context"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// pull downloads a base image for the platform to a folder. Building reads its layers, and so
// does pushing: what is on disk is downloaded once.
func (p publisher) pull(ctx context.Context, reference string, platform v1.Platform, folder string) (v1.Image, error) {
	parsed, err := name.ParseReference(reference)
	if err != nil {
		return nil, err
	}
	img, err := remote.Image(
		parsed,
		remote.WithContext(ctx),
		remote.WithAuthFromKeychain(p.keychain),
		remote.WithPlatform(platform),
	)
	if err != nil {
		return nil, err
	}
	store, err := layout.Write(folder, empty.Index)
	if err != nil {
		return nil, err
	}
	if err := store.AppendImage(img); err != nil {
		return nil, err
	}
	digest, err := img.Digest()
	if err != nil {
		return nil, err
	}
	return store.Image(digest)
}
