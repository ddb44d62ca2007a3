package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/program"
	"batchjobwithlambda/test/programs"
	"batchjobwithlambda/test/synth"
)

// bench is the programs to measure, and where they may write.
type bench struct {
	folder        string
	worker, s5cmd string
}

func main() {
	folder, err := os.MkdirTemp("", "working-")
	if err != nil {
		log.Fatal(err)
	}
	err = run(folder)
	os.RemoveAll(folder)
	if err != nil {
		log.Fatal(err)
	}
}

func run(folder string) error {
	b := &bench{folder: folder, worker: filepath.Join(folder, "worker"), s5cmd: filepath.Join(folder, "s5cmd")}
	if err := programs.Build(context.Background(), folder, []string{"batch/worker"}); err != nil {
		return err
	}
	if err := b.buildPeer(); err != nil {
		return err
	}
	if err := program.StayAway(); err != nil {
		return err
	}
	sheet := figures.NewSheet(os.Stdout)
	for _, measure := range []func(*figures.Sheet) error{b.first, b.small, b.large, b.huge} {
		if err := measure(sheet); err != nil {
			return err
		}
	}
	return sheet.Err()
}

func (b *bench) buildPeer() error {
	root, err := synth.Root()
	if err != nil {
		return err
	}
	build := exec.Command("go", "build", "-o", b.s5cmd, "github.com/peak/s5cmd/v2")
	build.Dir = filepath.Join(root, "test", "bench", "working", "s5cmd")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build s5cmd: %w\n%s", err, output)
	}
	return nil
}
