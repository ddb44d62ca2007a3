package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
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
		"days,giant,inventory,collect",
		"what is run: plans by listing keys of the shapes flat, hashes, days, giant and long, a plan of an inventory, and collect",
	)
	flag.Parse()
	folder, err := os.MkdirTemp("", "scale-")
	if err != nil {
		log.Fatal(err)
	}
	err = run(folder, *objects, strings.Split(*chosen, ","))
	os.RemoveAll(folder)
	if err != nil {
		log.Fatal(err)
	}
}

func run(folder string, objects int, chosen []string) error {
	if err := programs.Build(context.Background(), folder, []string{"lambda/preprocess", "lambda/collect"}); err != nil {
		return err
	}
	b := bench{
		preprocess: filepath.Join(folder, "preprocess"),
		collect:    filepath.Join(folder, "collect"),
		objects:    objects,
	}
	sheet := figures.NewSheet(os.Stdout)
	for _, name := range chosen {
		measure := func(sheet *figures.Sheet) error { return b.list(sheet, name) }
		switch name {
		case "inventory":
			measure = b.inventory
		case "collect":
			measure = b.results
		}
		if err := measure(sheet); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return sheet.Err()
}
