package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"batchjobwithlambda/stacks/image"
)

// repository is where images are pushed, by whom.
type repository struct {
	name.Repository
	auth authn.Authenticator
}

// publisher builds the images of a cloud assembly and pushes them.
type publisher struct {
	folder string
	// programs are what the jobs start that use the image with this tag.
	programs func(imageTag string) []string
	// open returns the repository of a destination.
	open func(context.Context, destination) (repository, error)
	// keychain is for the base images.
	keychain authn.Keychain
	out      io.Writer
}

// publish builds and pushes one image, unless it needs Docker or is there already.
func (p publisher) publish(ctx context.Context, a asset) error {
	recipe, err := readRecipe(p.folder, a)
	if err == nil {
		err = p.push(ctx, a.DisplayName, recipe)
	}
	if _, ok := errors.AsType[*image.UnsupportedError](err); ok {
		_, err = fmt.Fprintf(p.out, "%s: %v: left to the deployment, which calls docker, or what CDK_DOCKER names\n",
			a.DisplayName, err)
	}
	return err
}

func (p publisher) push(ctx context.Context, displayName string, r *recipe) error {
	folder, err := os.MkdirTemp("", "image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	build := sync.OnceValues(func() (v1.Image, error) {
		fmt.Fprintf(p.out, "%s: building on %s\n", displayName, r.From)
		return p.build(ctx, r, folder)
	})
	for _, to := range r.destinations {
		if err := p.pushTo(ctx, displayName, to, build); err != nil {
			return err
		}
	}
	return nil
}

func (p publisher) pushTo(
	ctx context.Context,
	displayName string,
	to destination,
	build func() (v1.Image, error),
) error {
	repository, err := p.open(ctx, to)
	if err != nil {
		return err
	}
	tag := repository.Tag(to.ImageTag)
	options := []remote.Option{remote.WithContext(ctx), remote.WithAuth(repository.auth)}
	exists, err := isThere(tag, options)
	if err != nil {
		return err
	}
	if exists {
		fmt.Fprintf(p.out, "%s: %s is there\n", displayName, tag)
		return nil
	}
	built, err := build()
	if err != nil {
		return err
	}
	if err := p.check(built, to.ImageTag); err != nil {
		return err
	}
	start := time.Now()
	if err := remote.Write(tag, built, options...); err != nil {
		return fmt.Errorf("push to %s, which cdk bootstrap makes: %w", repository.Repository, err)
	}
	fmt.Fprintf(p.out, "%s: pushed %s in %s\n", displayName, tag, time.Since(start).Round(100*time.Millisecond))
	return nil
}

// isThere is whether a tag exists. In a repository that does not exist, none does.
func isThere(tag name.Tag, options []remote.Option) (bool, error) {
	_, err := remote.Head(tag, options...)
	if refusal, ok := errors.AsType[*transport.Error](err); ok && refusal.StatusCode == http.StatusNotFound {
		return false, nil
	}
	return err == nil, err
}

func (p publisher) build(ctx context.Context, r *recipe, folder string) (v1.Image, error) {
	base, err := p.pull(ctx, r.From, r.platform, folder)
	if err != nil {
		return nil, fmt.Errorf("base image %s: %w", r.From, err)
	}
	built, err := r.Build(base, r.platform, os.DirFS(r.context))
	if err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	return built, nil
}

// check finds before the deployment what would otherwise make each object fail after it.
func (p publisher) check(built v1.Image, imageTag string) error {
	for _, program := range p.programs(imageTag) {
		has, err := image.HasProgram(built, program)
		if err != nil {
			return err
		}
		if !has {
			return fmt.Errorf("program %s: got none in the image, want the pipeline's command there: "+
				"bring it in batch/Dockerfile, or change Image or Command", program)
		}
	}
	return nil
}
