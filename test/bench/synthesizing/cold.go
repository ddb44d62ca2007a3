package main

import (
	"fmt"
	"os/exec"
	"path/filepath"

	"batchjobwithlambda/test/bench/figures"
)

// cold measures the first synthesis of our app, with nothing compiled or unpacked yet; its
// modules are there, because downloading them measures the network. Then it synthesizes
// with the caches of whoever runs this, which makes them warm.
func cold(sheet *figures.Sheet, ours app, folder string) error {
	first := ours
	first.environment = []string{
		"GOCACHE=" + filepath.Join(folder, "go-cache"),
		"JSII_RUNTIME_PACKAGE_CACHE_ROOT=" + filepath.Join(folder, "jsii-cache"),
	}
	used, _, err := first.synth(false)
	if err != nil {
		return err
	}
	sheet.Unbound("first synth, nothing compiled: time", figures.Series{used.all.time.Seconds()}, "s", used.all.String())
	_, _, err = ours.synth(false)
	return err
}

// coldPeer installs the peer's packages, as far as npm has them from before without a download,
// and synthesizes for the first time.
func coldPeer(sheet *figures.Sheet, peer app) error {
	command := exec.Command("npm", "ci", "--no-audit", "--no-fund")
	command.Dir = peer.folder
	installed, err := measure(command)
	if err != nil {
		return err
	}
	used, _, err := peer.synth(false)
	if err != nil {
		return err
	}
	sheet.Unbound("first synth of the peer, after npm ci: time", figures.Series{used.all.time.Seconds()}, "s",
		fmt.Sprintf("%s; npm ci %s", used.all, installed.all))
	return nil
}
