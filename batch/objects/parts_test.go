package objects

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

func TestTenThousandPartsHoldFiveTerabytes(t *testing.T) {
	const smallest, largest = 5 << 20, 5 << 30 // "Amazon S3 multipart upload limits", Amazon S3 User Guide.
	for _, first := range []int64{LeastPart, PartMemory} {
		sum, before := int64(0), int64(0)
		for number := 1; number <= maxParts; number++ {
			size := partSize(number, first)
			if size < smallest || size > largest || size < before {
				t.Fatalf("part %d has %d bytes, and the one before it %d", number, size, before)
			}
			sum, before = sum+size, size
		}
		if sum < 5e12 {
			t.Errorf("all parts hold %d bytes", sum)
		}
	}
}

// clientOf is a client that makes no request.
func clientOf(scratch string) *Client { return New(nil, Options{Scratch: scratch}) }

// wantPart reads the next part twice, as it is when sending it fails.
func wantPart(t *testing.T, parts parts, size int64, want string) {
	t.Helper()
	part, err := parts.next(t.Context(), size)
	if err != nil {
		t.Fatal(err)
	}
	defer part.release()
	for range 2 {
		got, err := io.ReadAll(part.content)
		if err != nil || string(got) != want || part.size != int64(len(want)) {
			t.Fatalf("got a part of %d bytes, %.20q and %v, want %.20q", part.size, got, err, want)
		}
		if _, err := part.content.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
	}
}

func TestContentIsCutIntoPartsThatCanBeReadAgain(t *testing.T) {
	const text = "0123456789"
	path := filepath.Join(t.TempDir(), "content")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for name, content := range map[string]io.Reader{
		"in memory":                   strings.NewReader(text),
		"a file":                      file,
		"a stream":                    struct{ io.Reader }{strings.NewReader(text)},
		"a stream of single bytes":    iotest.OneByteReader(strings.NewReader(text)),
		"a stream that ends at once":  iotest.DataErrReader(strings.NewReader(text)),
		"a stream that stops to rest": iotest.HalfReader(strings.NewReader(text)),
	} {
		t.Run(name, func(t *testing.T) {
			parts := clientOf("none").cut(content)
			wantPart(t, parts, 4, text[:4])
			wantPart(t, parts, 6, text[4:])
			wantPart(t, parts, 1, "")
		})
	}
}

func TestAPartThatDoesNotFitInMemoryIsKeptOnDiskUntilItIsSent(t *testing.T) {
	directory := t.TempDir()
	const size = PartMemory + 1
	text := strings.Repeat("x", size+3)
	parts := clientOf(directory).cut(struct{ io.Reader }{strings.NewReader(text)})
	wantPart(t, parts, size, text[:size])
	wantPart(t, parts, size, text[size:])
	if files, err := os.ReadDir(directory); err != nil || len(files) != 0 {
		t.Errorf("the directory has %v and %v, want nothing that would stay after a kill", files, err)
	}
	if _, err := clientOf(filepath.Join(directory, "none")).cut(struct{ io.Reader }{strings.NewReader(text)}).next(t.Context(), size); err == nil {
		t.Error("there is no room for the part, and nobody says so")
	}
}

func TestAPartOfContentThatFailsIsNoPart(t *testing.T) {
	broken := errors.New("broken")
	for _, size := range []int64{3, 100, PartMemory + 1} {
		content := io.MultiReader(strings.NewReader("content"), iotest.ErrReader(broken))
		parts := clientOf(t.TempDir()).cut(content)
		var err error
		for err == nil {
			_, err = parts.next(t.Context(), size)
		}
		if !errors.Is(err, broken) {
			t.Errorf("parts of %d bytes: got %v, want why the content failed", size, err)
		}
	}
}
