package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/pace"
	"batchjobwithlambda/test/bench/program"
)

// largeShare is how much of the command's own throughput the worker has to have.
const largeShare = 0.95

// large compares the worker with the bare command, from a file to a file. The bound is for
// the command that a project begins with. What the worker takes for a byte is the same
// whatever the command, so the less a command does, the more that weighs: for the others it
// is said.
func (b *bench) large(sheet *figures.Sheet) error {
	for _, command := range []struct {
		line    string
		bytes   int64
		bounded bool
	}{{"gzip -9", 48 << 20, true}, {"gzip -1", 128 << 20, false}, {"cat", 512 << 20, false}} {
		share, extra, err := b.beside(command.bytes, strings.Fields(command.line)...)
		if err != nil {
			return err
		}
		name := fmt.Sprintf(
			"one object of %d MiB through %q, in the throughput of the bare command",
			command.bytes>>20,
			command.line,
		)
		beside := fmt.Sprintf("%s; %.2g s of CPU more for a GiB", share.beside(), extra.Median())
		if command.bounded {
			sheet.AtLeast(name, share.throughput, largeShare, "", beside)
		} else {
			sheet.Unbound(name, share.throughput, "", beside)
		}
	}
	return nil
}

const largeRuns = 3

// beside runs the command bare and through the worker, in turns, and returns how much more
// the worker takes for a GiB, too.
func (b *bench) beside(bytes int64, command ...string) (share share, extra figures.Series, err error) {
	path := filepath.Join(b.folder, "object")
	if err := write(path, contentOf(bytes)); err != nil {
		return share, nil, err
	}
	defer os.Remove(path)
	s, err := serve(shard{objects: 1, size: bytes}, pace.Service{})
	if err != nil {
		return share, nil, err
	}
	defer s.close()
	for range largeRuns {
		alone, err := bare(path, command...)
		if err != nil {
			return share, nil, err
		}
		worked, err := b.work(s, standard, command...)
		if err != nil {
			return share, nil, err
		}
		share.add(alone.CPU, worked)
		extra = append(extra, (worked.CPU-alone.CPU).Seconds()/float64(bytes)*(1<<30))
	}
	return share, extra, nil
}

func bare(path string, command ...string) (program.Usage, error) {
	in, err := os.Open(path)
	if err != nil {
		return program.Usage{}, err
	}
	defer in.Close()
	out, err := os.Create(path + ".out")
	if err != nil {
		return program.Usage{}, err
	}
	defer out.Close()
	process := program.Command(nil, command[0], command[1:]...)
	process.Stdin, process.Stdout = in, out
	return program.Run(process)
}

func write(path string, content io.Reader) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	return errors.Join(err, file.Close())
}
