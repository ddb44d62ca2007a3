package test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"batchjobwithlambda/test/synth"

	"github.com/gkampitakis/go-snaps/snaps"
)

// The templates are synthesized once and shared by all tests, which only read them.
var dev, prod *template

// environments are what every promise is held for, unless it is one environment's own.
func environments() map[string]*template { return map[string]*template{"dev": dev, "prod": prod} }

var root string

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	var err error
	if root, err = synth.Root(); err != nil {
		return 0, err
	}
	out, err := os.MkdirTemp("", "synth-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(out)
	for environment, into := range map[string]**template{"dev": &dev, "prod": &prod} {
		path, err := synth.App{Root: root, Validate: true}.Shared(context.Background(), environment, filepath.Join(out, environment))
		if err != nil {
			return 0, err
		}
		if *into, err = readTemplate(path); err != nil {
			return 0, err
		}
	}
	code := m.Run()
	if _, err := snaps.Clean(m); err != nil {
		return 0, err
	}
	return code, nil
}
