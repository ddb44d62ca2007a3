package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/program"
)

// largeRatio is the worker's throughput in that of the command alone.
const largeRatio = 0.95

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
		ratios, extra, waited, err := b.beside(command.bytes, strings.Fields(command.line)...)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("throughput of the bare %q that the worker has, one object of %d MiB", command.line, command.bytes>>20)
		also := fmt.Sprintf("%.2g s of CPU more for a GiB, waited %.2f of the time", extra.Median(), waited.Median())
		if command.bounded {
			sheet.AtLeast(name, ratios, largeRatio, "", also)
		} else {
			sheet.Unbound(name, ratios, "", also)
		}
	}
	return nil
}

const largeRuns = 3

// beside runs the command bare and through the worker, in turns.
func (b *bench) beside(bytes int64, command ...string) (ratios, extra, waited figures.Series, err error) {
	path := filepath.Join(b.folder, "object")
	if err := write(path, contentOf(bytes)); err != nil {
		return nil, nil, nil, err
	}
	defer os.Remove(path)
	s, err := serve(1, bytes)
	if err != nil {
		return nil, nil, nil, err
	}
	defer s.close()
	for range largeRuns {
		bare, err := bare(path, command...)
		if err != nil {
			return nil, nil, nil, err
		}
		worked, err := b.work(s, 1, command...)
		if err != nil {
			return nil, nil, nil, err
		}
		ratios = append(ratios, bare.CPU.Seconds()/worked.CPU.Seconds())
		extra = append(extra, (worked.CPU-bare.CPU).Seconds()/float64(bytes)*(1<<30))
		waited = append(waited, 1-worked.CPU.Seconds()/worked.Time.Seconds())
	}
	return ratios, extra, waited, nil
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
