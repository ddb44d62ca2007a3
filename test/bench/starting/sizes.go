package main

import (
	"compress/gzip"
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/synth"
)

const (
	mebibyte = 1 << 20
	zipMiB   = 6
	imageMiB = 15
	// baseBytes is the one layer of alpine:3.22.6 for arm64 as it is pulled, of 17 September 2026,
	// sha256:16fc4f52163f03cd2189c3d6a4b3f28a605cfb7919af64b3da4562cca69d2306
	// (docker-library/repo-info on GitHub).
	baseBytes = 4_123_084
)

// sizes packs what a synthesis hands to the CDK as a deployment does. Nothing here builds
// images, so that of the job is an estimate: its base and, on top, the worker; what else it
// holds is less than a kilobyte (TestTheNewLayerIsAsLargeAsItsFilesPacked of stacks/image).
func sizes(ctx context.Context, sheet *figures.Sheet, folder string) error {
	root, err := synth.Root()
	if err != nil {
		return err
	}
	template, err := synth.App{Root: root}.Synth(ctx, "dev", filepath.Join(folder, "synth"))
	if err != nil {
		return err
	}
	programs, err := filepath.Glob(filepath.Join(filepath.Dir(template), "asset.*", "[bw]o*")) // bootstrap and worker
	if err != nil || len(programs) != 3 {
		return fmt.Errorf("%q are the programs to deploy (%w): want two functions and a worker", programs, err)
	}
	for _, path := range programs {
		size, err := packed(path)
		if err != nil {
			return err
		}
		built, err := buildinfo.ReadFile(path)
		if err != nil {
			return err
		}
		if filepath.Base(path) == "worker" {
			sheet.AtMost("image, as it is pulled, estimated", figures.Series{(baseBytes + size) / mebibyte}, imageMiB, "MiB",
				fmt.Sprintf("of that the worker %.3g MiB", size/mebibyte))
		} else {
			sheet.AtMost(
				"zip of "+built.Path,
				figures.Series{size / mebibyte},
				zipMiB,
				"MiB",
				"for the architecture of the functions",
			)
		}
	}
	return nil
}

// packed returns how many bytes the program has once it is packed. A zip and a layer are
// compressed alike, and what else they hold of one file is less than a kilobyte.
func packed(path string) (float64, error) {
	program, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	var size counter
	packer := gzip.NewWriter(&size)
	_, err = packer.Write(program)
	return float64(size), errors.Join(err, packer.Close())
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
