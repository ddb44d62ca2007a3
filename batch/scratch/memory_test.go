package scratch

import (
	"io"
	"runtime"
	"testing"
)

func TestAFileInMemoryKeepsItsContentAndIsSealed(t *testing.T) {
	file, err := InMemory(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteAt([]byte("content"), 0); err != nil {
		t.Fatal(err)
	}
	if err := Seal(file); err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteAt([]byte("C"), 0); err == nil && runtime.GOOS == "linux" {
		t.Error("a sealed file was written to")
	}
	if got, err := io.ReadAll(file); err != nil || string(got) != "content" {
		t.Errorf("got %q and %v", got, err)
	}
}
