package program

import (
	"testing"

	"batchjobwithlambda/batch/scratch"
)

func TestAFileInMemoryCountsAsMemory(t *testing.T) {
	const size = 64 << 20
	before := memory("/proc/self")
	file, err := scratch.InMemory(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	block := make([]byte, 1<<20)
	for offset := int64(0); offset < size; offset += int64(len(block)) {
		if _, err := file.WriteAt(block, offset); err != nil {
			t.Fatal(err)
		}
	}
	if got := memory("/proc/self") - before; got < size/2 {
		t.Errorf("got %d bytes more, want about %d", got, size)
	}
}
