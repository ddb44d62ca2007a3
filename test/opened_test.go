package test

import (
	"path/filepath"
	"strings"
	"testing"

	"batchjobwithlambda/test/account"
	"batchjobwithlambda/test/template"
)

// There may be a GPU in this machine, but a program that is run as a process is not given it.
func TestTheLocalRunTakesAnEnvironmentOfEveryKindButOfGPUs(t *testing.T) {
	for environment, s := range everyKind(t) {
		read, err := template.Read(filepath.Join(s.Folder, s.Stack+".template.json"), account.Types())
		if err != nil {
			t.Fatal(err)
		}
		folder := t.TempDir()
		opened, err := account.Open(read, account.Options{
			Directory: folder,
			Logs:      filepath.Join(folder, "logs"),
			Observe:   func(any) {},
		})
		if environment == "isolated-gpu-own" {
			if err == nil || !strings.Contains(err.Error(), "the local run has none to give") {
				t.Errorf("%s: got the error %v, want one about GPUs", environment, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", environment, err)
			continue
		}
		if err := opened.Close(); err != nil {
			t.Errorf("%s: %v", environment, err)
		}
	}
}
