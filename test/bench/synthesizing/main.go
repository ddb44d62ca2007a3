package main

import (
	"flag"
	"path/filepath"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/synth"
)

// timeBound and memoryBound are the most that the app may take of the peer's.
const (
	timeBound   = 0.9
	memoryBound = 1.1
)

func main() {
	rounds := flag.Int("rounds", 5, "how often everything is measured, 1 or more")
	flag.Parse()
	figures.Main("synthesizing", func(folder string, sheet *figures.Sheet) error { return run(sheet, folder, *rounds) })
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
	if err := cold(sheet, ours, folder); err != nil {
		return err
	}
	peer, err := preparePeer(ours, filepath.Join(folder, "peer"))
	if err != nil {
		return err
	}
	if err := coldPeer(sheet, peer); err != nil {
		return err
	}
	for _, validate := range []bool{false, true} {
		for _, edited := range []bool{false, true} {
			c := comparison{ours: ours, peer: peer, validate: validate, edited: edited}
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
