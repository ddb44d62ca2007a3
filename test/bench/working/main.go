package main

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strings"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/program"
	"batchjobwithlambda/test/programs"
)

// bench is where the programs to measure are, and how often each is.
type bench struct {
	folder string
	rounds int
}

// measure is one thing that is measured.
type measure struct {
	name string
	run  func(*figures.Sheet) error
}

// measures are all there are: those by the clock, against a stand-in as slow as S3, and those
// of what the worker costs, against one that answers at once.
func (b *bench) measures() []measure {
	var all []measure
	for _, k := range kinds {
		all = append(all, measure{k.name, func(sheet *figures.Sheet) error { return b.compare(sheet, k) }})
	}
	return append(all,
		measure{"skipped", b.skipped},
		measure{"SlowDown", b.refused},
		measure{"memory", b.memory},
		measure{"cost", b.cost},
		measure{"first", b.first},
		measure{"small", b.small},
		measure{"large", b.large},
		measure{"huge", b.huge},
	)
}

func main() {
	b := &bench{}
	var names []string
	for _, m := range b.measures() {
		names = append(names, m.name)
	}
	only := flag.String("only", "", "the measures whose names begin with this; all are: "+strings.Join(names, ", "))
	flag.IntVar(&b.rounds, "rounds", 3, "how often the worker and its peers work in turns")
	flag.Parse()
	figures.Main("working", func(folder string, sheet *figures.Sheet) error {
		b.folder = folder
		return b.run(sheet, *only)
	})
}

func (b *bench) run(sheet *figures.Sheet, only string) error {
	if err := b.prepare(); err != nil {
		return err
	}
	measured := 0
	for _, m := range b.measures() {
		if !strings.HasPrefix(m.name, only) {
			continue
		}
		if err := m.run(sheet); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		measured++
	}
	if measured == 0 {
		return fmt.Errorf("-only: got %q, want the beginning of a measure's name: -help lists them", only)
	}
	return nil
}

// prepare builds the programs, and leaves a core to them.
func (b *bench) prepare() error {
	ctx := context.Background()
	err := programs.Build(ctx, b.folder, []string{"batch/worker", "test/bench/working/" + compute})
	if err != nil {
		return err
	}
	for _, p := range peers {
		if err := b.build(p); err != nil {
			return err
		}
	}
	return program.StayAway()
}

// program is the path of a program that was built.
func (b *bench) program(name string) string { return filepath.Join(b.folder, name) }
