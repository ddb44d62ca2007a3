package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"batchjobwithlambda/stacks/image/imagetest"
)

// bench is a registry in this process with a base image, and a cloud assembly with one image.
type bench struct {
	host      string
	folder    string
	out       bytes.Buffer
	publisher publisher
	// written is how many requests have changed the registry, of at most allowed.
	written, allowed atomic.Int64
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{folder: t.TempDir()}
	b.allowed.Store(math.MaxInt64)
	store := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		if !reads && b.written.Add(1) > b.allowed.Load() {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		store.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	b.host = strings.TrimPrefix(server.URL, "http://")
	if err := remote.WriteIndex(b.reference(t, "base:1.0.0"), imagetest.Index(t)); err != nil {
		t.Fatal(err)
	}
	b.written.Store(0)
	b.publisher = publisher{
		folder:   b.folder,
		programs: func(string) []string { return []string{"worker"} },
		open:     b.open,
		keychain: authn.DefaultKeychain,
		out:      &b.out,
	}
	b.write(t, "asset.1/worker", "worker")
	b.write(t, "asset.1/Dockerfile", "FROM "+b.host+"/base:1.0.0\nCOPY worker /usr/local/bin/worker\nUSER 65532:65532\n")
	return b
}

func (b *bench) reference(t *testing.T, text string) name.Reference {
	t.Helper()
	reference, err := name.ParseReference(b.host + "/" + text)
	if err != nil {
		t.Fatal(err)
	}
	return reference
}

func (b *bench) open(_ context.Context, to destination) (repository, error) {
	opened, err := name.NewRepository(b.host + "/" + to.RepositoryName)
	return repository{Repository: opened, auth: authn.Anonymous}, err
}

func (b *bench) write(t *testing.T, file, text string) {
	t.Helper()
	path := filepath.Join(b.folder, file)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// publish publishes the image of asset.1 as assets:TAG.
func (b *bench) publish(t *testing.T, platform, tag string) error {
	t.Helper()
	return b.publisher.publish(t.Context(), asset{
		DisplayName: "Job/Image",
		Source:      json.RawMessage(fmt.Sprintf(`{"directory": "asset.1", "platform": %q}`, platform)),
		Destinations: map[string]json.RawMessage{
			"here": json.RawMessage(fmt.Sprintf(`{"repositoryName": "assets", "imageTag": %q}`, tag)),
		},
	})
}

func (b *bench) image(t *testing.T, reference string) v1.Image {
	t.Helper()
	img, err := remote.Image(b.reference(t, reference))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func (b *bench) has(t *testing.T, reference string) bool {
	t.Helper()
	there, err := isThere(b.reference(t, reference).(name.Tag), nil)
	if err != nil {
		t.Fatal(err)
	}
	return there
}

func TestWhatIsPushedIsTheImageOfTheAskedArchitecture(t *testing.T) {
	b := newBench(t)
	for _, architecture := range []string{"amd64", "arm64"} {
		if err := b.publish(t, "linux/"+architecture, architecture); err != nil {
			t.Fatal(err)
		}
		img := b.image(t, "assets:"+architecture)
		config, err := img.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		if config.Architecture != architecture || config.Config.User != "65532:65532" {
			t.Errorf("got %s of %q, want %s of 65532:65532", config.Architecture, config.Config.User, architecture)
		}
		if got := imagetest.Files(t, img)["/usr/local/bin/worker"].Content; got != "worker" {
			t.Errorf("got worker %q", got)
		}
		layers, err := img.Layers()
		if err != nil {
			t.Fatal(err)
		}
		base, err := imagetest.Base(t, architecture).Layers()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := digest(t, layers[0]), digest(t, base[0]); len(layers) != 2 || got != want {
			t.Errorf("got %d layers, the first %s, want 2, the first %s", len(layers), got, want)
		}
	}
}

func digest(t *testing.T, of interface{ Digest() (v1.Hash, error) }) v1.Hash {
	t.Helper()
	digest, err := of.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

func TestTheSameImageIsPushedTwiceWithTheSameDigest(t *testing.T) {
	b := newBench(t)
	for _, tag := range []string{"one", "two"} {
		if err := b.publish(t, "linux/arm64", tag); err != nil {
			t.Fatal(err)
		}
	}
	if one, two := digest(t, b.image(t, "assets:one")), digest(t, b.image(t, "assets:two")); one != two {
		t.Errorf("got %s and %s, want the same", one, two)
	}
}

// The CDK's repository refuses to change a tag.
func TestAnImageThatIsThereIsNotPushedAgain(t *testing.T) {
	b := newBench(t)
	if err := b.publish(t, "linux/arm64", "one"); err != nil {
		t.Fatal(err)
	}
	b.written.Store(0)
	b.write(t, "asset.1/worker", "another")
	if err := b.publish(t, "linux/arm64", "one"); err != nil {
		t.Fatal(err)
	}
	if got := b.written.Load(); got > 0 {
		t.Errorf("got %d writing requests, want none", got)
	}
	if want := "assets:one is there\n"; !strings.HasSuffix(b.out.String(), want) {
		t.Errorf("got %q, want %q at its end", b.out.String(), want)
	}
}

func TestAPushThatFailsMidwayLeavesNoTagAndCanBeRepeated(t *testing.T) {
	b := newBench(t)
	if err := b.publish(t, "linux/arm64", "whole"); err != nil {
		t.Fatal(err)
	}
	for allowed := range b.written.Load() {
		b := newBench(t)
		b.allowed.Store(allowed)
		if err := b.publish(t, "linux/arm64", "one"); err == nil || b.has(t, "assets:one") {
			t.Errorf("after %d requests: got error %v and a tag: %t, want an error and no tag", allowed, err, b.has(t, "assets:one"))
		}
		b.allowed.Store(math.MaxInt64)
		if err := b.publish(t, "linux/arm64", "one"); err != nil || !b.has(t, "assets:one") {
			t.Errorf("again after %d requests: got error %v, want a tag", allowed, err)
		}
	}
}

func TestABaseImageWithoutTheArchitectureIsRefusedByName(t *testing.T) {
	b := newBench(t)
	err := b.publish(t, "linux/s390x", "one")
	if err == nil || !strings.Contains(err.Error(), "base image "+b.host+"/base:1.0.0: ") || !strings.Contains(err.Error(), "s390x") {
		t.Errorf("got error %v, want the base image and the platform", err)
	}
}

func TestAnImageWithoutTheCommandsProgramIsNotPushed(t *testing.T) {
	b := newBench(t)
	b.publisher.programs = func(string) []string { return []string{"worker", "magick"} }
	err := b.publish(t, "linux/arm64", "one")
	if err == nil || !strings.Contains(err.Error(), "program magick: got none in the image") || b.has(t, "assets:one") {
		t.Errorf("got error %v, want that the program is missing, and no tag", err)
	}
}

func TestWhatNeedsDockerIsLeftToTheDeploymentWithItsLine(t *testing.T) {
	b := newBench(t)
	b.publisher.open = func(context.Context, destination) (repository, error) {
		t.Error("got a question to AWS, want none")
		return repository{}, nil
	}
	b.write(t, "asset.1/Dockerfile", "FROM "+b.host+"/base:1.0.0\nRUN apk add zstd\n")
	if err := b.publish(t, "linux/arm64", "one"); err != nil {
		t.Fatal(err)
	}
	want := "Job/Image: Dockerfile: line 2: RUN needs Docker: left to the deployment, which calls docker, or what CDK_DOCKER names\n"
	if got := b.out.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSettingsOfAnImageThatAreNotKnownHereAreLeftToDocker(t *testing.T) {
	b := newBench(t)
	for _, source := range []string{
		`{"directory": "asset.1", "platform": "linux/arm64", "dockerBuildArgs": {"A": "b"}}`,
		`{"directory": "asset.1"}`,
		`{"executable": ["make", "image"]}`,
	} {
		b.out.Reset()
		if err := b.publisher.publish(t.Context(), asset{Source: json.RawMessage(source)}); err != nil {
			t.Errorf("%s: %v", source, err)
		}
		if got := b.out.String(); !strings.Contains(got, "needs Docker") {
			t.Errorf("%s: got %q, want that it needs Docker", source, got)
		}
	}
}
