package main

import (
	"flag"
	"log"
	"os"
	"path/filepath"
	"strconv"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/synth"
)

// bound is the most of the peer's time and memory that a synthesis may take.
const bound = 0.3

func main() {
	rounds := flag.Int("rounds", 5, "how often everything is measured, 1 or more")
	flag.Parse()
	folder, err := os.MkdirTemp("", "synthesizing-")
	if err != nil {
		log.Fatal(err)
	}
	sheet := figures.NewSheet(os.Stdout)
	err = run(sheet, folder, *rounds)
	os.RemoveAll(folder)
	if err == nil {
		err = sheet.Err()
	}
	if err != nil {
		log.Fatal(err)
	}
}

func run(sheet *figures.Sheet, folder string, rounds int) error {
	root, err := synth.Root()
	if err != nil {
		return err
	}
	ours, err := prepareOurs(root, filepath.Join(folder, "ours"))
	if err != nil {
		return err
	}
	if err := cold(ours, folder); err != nil {
		return err
	}
	apps := []app{ours}
	for i, peer := range peers {
		prepared, err := preparePeer(ours, filepath.Join(folder, "peer"+strconv.Itoa(i)), peer)
		if err != nil {
			return err
		}
		if err := coldPeer(prepared); err != nil {
			return err
		}
		apps = append(apps, prepared)
	}
	for _, validate := range []bool{false, true} {
		compared := apps
		if validate { // The validator is the same for all, so the peers beside say nothing more.
			compared = apps[:2]
		}
		for _, edited := range []bool{false, true} {
			c := comparison{apps: compared, validate: validate, edited: edited, figures: make([]series, len(compared))}
			for range rounds {
				if err := c.round(); err != nil {
					return err
				}
			}
			c.report(sheet)
		}
	}
	return nil
}
