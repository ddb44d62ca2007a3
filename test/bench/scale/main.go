package main

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strings"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/programs"
)

// bench is the functions' programs, and how much they have to do.
type bench struct {
	preprocess, collect string
	objects             int
}

func main() {
	objects := flag.Int("objects", 10_000_000, "how many objects there are")
	chosen := flag.String(
		"runs",
		"days,giant,night,inventory,collect",
		"what is run: plans by listing keys of the shapes flat, hashes, days, giant and long, a plan of a night, of an inventory, and collect",
	)
	flag.Parse()
	figures.Main("scale", func(folder string, sheet *figures.Sheet) error {
		return run(sheet, folder, *objects, strings.Split(*chosen, ","))
	})
}

func run(sheet *figures.Sheet, folder string, objects int, chosen []string) error {
	if err := programs.Build(context.Background(), folder, []string{"lambda/preprocess", "lambda/collect"}); err != nil {
		return err
	}
	b := bench{
		preprocess: filepath.Join(folder, "preprocess"),
		collect:    filepath.Join(folder, "collect"),
		objects:    objects,
	}
	for _, name := range chosen {
		measure := func(sheet *figures.Sheet) error { return b.list(sheet, name) }
		switch name {
		case "night":
			measure = b.night
		case "inventory":
			measure = b.inventory
		case "collect":
			measure = b.results
		}
		if err := measure(sheet); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
