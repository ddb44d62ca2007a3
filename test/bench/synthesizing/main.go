package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/synth"
)

// bound is the most of the peer's time and memory that a synthesis may take.
const bound = 0.3

func main() {
	rounds := flag.Int("rounds", 5, "how often everything is measured")
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
	peer, today, err := cold(ours, folder)
	if err != nil {
		return err
	}
	for _, validate := range []bool{false, true} {
		for _, edited := range []bool{false, true} {
			c := comparison{ours: ours, peer: peer, today: today, validate: validate, edited: edited}
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

// cold measures the first synthesis of our app where nothing is compiled or unpacked yet, and
// that of the peers with the installation of their packages. What is downloaded is not
// downloaded again: that measures the network.
func cold(ours app, folder string) (peer, today app, err error) {
	first := ours
	first.environment = []string{"GOCACHE=" + filepath.Join(folder, "go-cache"), "JSII_RUNTIME_PACKAGE_CACHE_ROOT=" + filepath.Join(folder, "jsii-cache")}
	used, _, err := first.synth(false)
	if err != nil {
		return peer, today, err
	}
	fmt.Printf("bench: first synth, nothing compiled: %.3g s, %.3g s of CPU, %.0f MiB\n", used.time.Seconds(), used.cpu.Seconds(), used.peakMiB)
	// With the caches of whoever runs this.
	if _, _, err := ours.synth(false); err != nil {
		return peer, today, err
	}
	if peer, err = coldPeer(ours, folder, "ts-node", "npx ts-node --prefer-ts-exts app.ts"); err != nil {
		return peer, today, err
	}
	today, err = coldPeer(ours, folder, "tsx", "npx tsc && npx tsx app.ts")
	return peer, today, err
}

func coldPeer(ours app, folder, way, command string) (app, error) {
	peer, err := preparePeer(ours, filepath.Join(folder, way), way, command)
	if err != nil {
		return peer, err
	}
	installed, err := peer.install()
	if err != nil {
		return peer, err
	}
	used, _, err := peer.synth(false)
	if err != nil {
		return peer, err
	}
	fmt.Printf("bench: first synth of the peer with %s: %.3g s, of them %.3g s for npm ci, %.3g s of CPU, %.0f MiB\n", way,
		(installed.time + used.time).Seconds(), installed.time.Seconds(), (installed.cpu + used.cpu).Seconds(), max(installed.peakMiB, used.peakMiB))
	return peer, nil
}

// number makes each edit another one.
func number() int64 { return time.Now().UnixNano() }
