package test

import (
	"context"
	"log"
	"os"
	"path/filepath"
	"testing"

	"github.com/gkampitakis/go-snaps/snaps"

	"batchjobwithlambda/test/synth"
	"batchjobwithlambda/test/template"
)

// The templates are synthesized once and shared by all tests, which only read them.
var dev, prod stack

// environments are what every promise is held for, unless it is one environment's own.
func environments() map[string]stack { return map[string]stack{"dev": dev, "prod": prod} }

// root is the folder of the project, and assemblies where what a test synthesizes goes.
var root, assemblies string

func TestMain(m *testing.M) {
	if err := run(m); err != nil {
		log.Fatal(err)
	}
}

func run(m *testing.M) error {
	var err error
	if root, err = synth.Root(); err != nil {
		return err
	}
	if assemblies, err = os.MkdirTemp("", "synth-"); err != nil {
		return err
	}
	defer os.RemoveAll(assemblies)
	for environment, into := range map[string]*stack{"dev": &dev, "prod": &prod} {
		app := synth.App{Root: root, Validate: true}
		path, err := app.Shared(context.Background(), environment, filepath.Join(assemblies, environment))
		if err != nil {
			return err
		}
		if into.Template, err = template.Read(path, nil); err != nil {
			return err
		}
	}
	m.Run()
	_, err = snaps.Clean(m)
	return err
}
