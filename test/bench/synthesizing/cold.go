package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
)

// cold measures the first synthesis of our app, with nothing compiled or unpacked yet; its
// modules are there, because downloading them measures the network. Then it synthesizes
// with the caches of whoever runs this, which makes them warm.
func cold(ours app, folder string) error {
	first := ours
	first.environment = []string{
		"GOCACHE=" + filepath.Join(folder, "go-cache"),
		"JSII_RUNTIME_PACKAGE_CACHE_ROOT=" + filepath.Join(folder, "jsii-cache"),
	}
	used, _, err := first.synth(false)
	if err != nil {
		return err
	}
	fmt.Printf("bench: first synth, nothing compiled: %s\n", used)
	_, _, err = ours.synth(false)
	return err
}

// coldPeer installs a peer's packages, as far as npm has them from before without a download,
// and synthesizes for the first time.
func coldPeer(peer app) error {
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
	fmt.Printf("bench: first synth with %s: npm ci %s; synth %s\n", peer.name, installed, used)
	return nil
}
