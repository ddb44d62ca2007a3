package figures

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"batchjobwithlambda/test/synth"
)

// UpdateVariable is the environment variable that, set to true, writes the figures into
// docs/performance.md too.
const UpdateVariable = "UPDATE_DOCS"

// Main is a benchmark's main function, after its flags: it measures in a temporary folder,
// and ends the program with an error if that failed or a bound is broken. The name is that of
// the benchmark's table in docs/performance.md.
func Main(name string, measure func(folder string, sheet *Sheet) error) {
	if err := run(name, measure); err != nil {
		log.Fatal(err)
	}
}

func run(name string, measure func(folder string, sheet *Sheet) error) (err error) {
	folder, err := os.MkdirTemp("", name+"-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	sheet := NewSheet(os.Stdout, name)
	if err := measure(folder, sheet); err != nil {
		return err
	}
	if os.Getenv(UpdateVariable) == "true" {
		if err := publish(sheet); err != nil {
			return fmt.Errorf("write the figures of %s: %w", name, err)
		}
	}
	return sheet.Err()
}

func publish(sheet *Sheet) error {
	root, err := synth.Root()
	if err != nil {
		return err
	}
	path := filepath.Join(root, "docs", "performance.md")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	updated, err := sheet.Update(string(text))
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(updated), 0o600)
}
