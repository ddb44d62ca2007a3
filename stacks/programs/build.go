package programs

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	// Image is the context to build the job's image from.
	Image string

	staging string
}

// Build builds all programs for Linux: the functions for arm64, the job's for the
// given architecture, by Go's name ("arm64", "amd64"). Whoever calls it removes the
// result once the assets are taken. It returns an error that ends with the
// compiler's words when a program does not compile.
func Build(jobArchitecture string) (*Programs, error) {
	staging, err := os.MkdirTemp("", "programs-")
	if err != nil {
		return nil, fmt.Errorf("build the programs: %w", err)
	}
	p := &Programs{
		Preprocess: filepath.Join(staging, "preprocess"),
		Collect:    filepath.Join(staging, "collect"),
		Image:      filepath.Join(staging, "image"),
		staging:    staging,
	}
	if err := p.build(jobArchitecture); err != nil {
		return nil, errors.Join(fmt.Errorf("build the programs: %w", err), p.Remove())
	}
	return p, nil
}

// Remove deletes what [Build] made for the assets; it keeps the linked binaries.
func (p *Programs) Remove() error {
	return os.RemoveAll(p.staging)
}

func (p *Programs) build(jobArchitecture string) error {
	// All programs at once: starting the Go toolchain takes longer than a program too many.
	for _, architecture := range slices.Compact([]string{functionArchitecture, jobArchitecture}) {
		if err := goBuild(architecture, "./lambda/preprocess", "./lambda/collect", "./batch/worker"); err != nil {
			return err
		}
	}
	return errors.Join(
		copyFile(binary(functionArchitecture, "preprocess"), filepath.Join(p.Preprocess, "bootstrap")),
		copyFile(binary(functionArchitecture, "collect"), filepath.Join(p.Collect, "bootstrap")),
		copyImageContext("batch", p.Image),
		copyFile(binary(jobArchitecture, "worker"), filepath.Join(p.Image, "worker")),
	)
}

func binary(architecture, program string) string {
	return filepath.Join(binaries, "linux-"+architecture, program)
}

// goBuild links the packages, each to its [binary].
//
// -trimpath and -buildvcs=false keep this machine's folders and this checkout's
// commit out of the bytes, CGO_ENABLED=0 its C library; lambda.norpc leaves out the
// RPC server of a runtime that is gone; -s -w leave out what only a debugger reads.
func goBuild(architecture string, packages ...string) error {
	arguments := append([]string{
		"build", "-trimpath", "-buildvcs=false", "-tags=lambda.norpc", "-ldflags=-s -w",
		"-o", binary(architecture, "") + string(filepath.Separator),
	}, packages...)
	build := exec.Command("go", arguments...)
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+architecture, "GOFLAGS=")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build for linux/%s: %w\n%s", architecture, err, output)
	}
	return nil
}
