package test

import (
	"path/filepath"
	"testing"

	"batchjobwithlambda/test/account"
	"batchjobwithlambda/test/template"
)

func TestTheLocalRunTakesAnEnvironmentOfEveryKind(t *testing.T) {
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
		if err != nil {
			t.Errorf("%s: %v", environment, err)
			continue
		}
		if err := opened.Close(); err != nil {
			t.Errorf("%s: %v", environment, err)
		}
	}
}
