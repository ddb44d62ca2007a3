package folder

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// recordFile says how the folder was made.
const recordFile = ".local.json"

// Record is what the runs of a folder were made with, so that they can be made again.
type Record struct {
	// In is the folder of the inputs.
	In string `json:"in"`
	// Files is the folder of the files that the command reads beside them, or empty.
	Files string `json:"files,omitempty"`
	// Environment and Pipeline are names.
	Environment string `json:"environment"`
	Pipeline    string `json:"pipeline"`
}

// Write writes the record to the folder.
func (r Record) Write(folder string) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, recordFile), append(text, '\n'), 0o666)
}

func readRecord(folder string) (Record, error) {
	text, err := os.ReadFile(filepath.Join(folder, recordFile))
	if err != nil {
		return Record{}, fmt.Errorf("-local: got %q, want a folder that test/local has written to: %w", folder, err)
	}
	var record Record
	if err := json.Unmarshal(text, &record); err != nil {
		return Record{}, fmt.Errorf("%s in %s: %w", recordFile, folder, err)
	}
	return record, nil
}
