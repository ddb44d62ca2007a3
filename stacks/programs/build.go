package programs

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// binaries is where the Go toolchain keeps what it linked, so that a synthesis after
// no edit links nothing. It is relative to the folder of go.mod, where the CDK runs the app.
const binaries = "build/programs"

// functionArchitecture is Graviton: cheaper by the millisecond than x86, and a Go
// program does not care.
const functionArchitecture = "arm64"

// Programs are folders ready to become assets. [Programs.Remove] deletes them.
type Programs struct {
	// Preprocess and Collect hold the functions' programs, as "bootstrap".
	Preprocess string
	Collect    string
	// Images are the contexts to build the jobs' images from.
	Images map[Image]string

	staging string
}

// Building is a build under way. [Building.Finish] ends it.
type Building struct{ linked chan error }

// Start begins to build all programs for Linux, for the architecture of the functions, which
// is the jobs' too unless their settings say otherwise. The Go toolchain takes about as long to
// find nothing to do as the CDK takes to load: so neither waits for the other.
func Start() *Building {
	b := &Building{linked: make(chan error, 1)}
	go func() { b.linked <- goBuild(functionArchitecture) }()
	return b
}

// Finish returns the programs, with a context for each of the images. Whoever calls it removes the
// result once the assets are taken. It returns an error that ends with the compiler's words when
// a program does not compile.
func (b *Building) Finish(images ...Image) (*Programs, error) {
	err := <-b.linked
	linked := map[string]bool{functionArchitecture: true}
	for _, image := range images {
		if err == nil && !linked[image.Architecture] {
			err = goBuild(image.Architecture)
			linked[image.Architecture] = true
		}
	}
	if err != nil {
		return nil, fmt.Errorf("build the programs: %w", err)
	}
	staging, err := os.MkdirTemp("", "programs-")
	if err != nil {
		return nil, fmt.Errorf("build the programs: %w", err)
	}
	p := &Programs{
		Preprocess: filepath.Join(staging, "preprocess"),
		Collect:    filepath.Join(staging, "collect"),
		Images:     map[Image]string{},
		staging:    staging,
	}
	if err := errors.Join(p.stageFunctions(), p.stageImages(images)); err != nil {
		return nil, errors.Join(fmt.Errorf("build the programs: %w", err), p.Remove())
	}
	return p, nil
}

// Remove deletes what [Building.Finish] made for the assets; it keeps the linked binaries.
func (p *Programs) Remove() error {
	return os.RemoveAll(p.staging)
}

// stageFunctions copies the functions' programs to where each is an asset of its own.
func (p *Programs) stageFunctions() error {
	return errors.Join(
		copyFile(binary(functionArchitecture, "preprocess"), filepath.Join(p.Preprocess, "bootstrap")),
		copyFile(binary(functionArchitecture, "collect"), filepath.Join(p.Collect, "bootstrap")),
	)
}

// stageImages makes a context for each image; pipelines may share one.
func (p *Programs) stageImages(images []Image) error {
	for _, image := range images {
		if _, staged := p.Images[image]; staged {
			continue
		}
		context := filepath.Join(p.staging, fmt.Sprintf("image-%d", len(p.Images)))
		p.Images[image] = context
		if err := image.stage("batch", binary(image.Architecture, "worker"), context); err != nil {
			return err
		}
	}
	return nil
}

func binary(architecture, program string) string {
	return filepath.Join(binaries, "linux-"+architecture, program)
}

// goBuild links all programs, each to its [binary]: at once, because starting the Go
// toolchain takes longer than a program too many.
//
// -trimpath and -buildvcs=false keep this machine's folders and this checkout's
// commit out of the bytes, CGO_ENABLED=0 its C library; lambda.norpc leaves out the
// RPC server of a runtime that is gone; -s -w leave out what only a debugger reads.
func goBuild(architecture string) error {
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags=lambda.norpc", "-ldflags=-s -w",
		"-o", binary(architecture, "")+string(filepath.Separator),
		"./lambda/preprocess", "./lambda/collect", "./batch/worker")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+architecture, "GOFLAGS=")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build for linux/%s: %w\n%s", architecture, err, output)
	}
	return nil
}
