package buffers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/sync/errgroup"
)

// fill fills a buffer of so many blocks.
func fill(ctx context.Context, a *Account, blocks int64) (*Buffer, error) {
	return a.Fill(ctx, zeros{}, blocks*BlockBytes)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestABufferHasWhatItWasFilledWith(t *testing.T) {
	text := make([]byte, 2*BlockBytes+3)
	rand.NewChaCha8([32]byte{}).Read(text)
	for name, test := range map[string]struct {
		content io.Reader
		size    int64
		want    []byte
	}{
		"all":                        {bytes.NewReader(text), int64(len(text)), text},
		"a part":                     {bytes.NewReader(text), BlockBytes + 1, text[:BlockBytes+1]},
		"whole blocks":               {bytes.NewReader(text), 2 * BlockBytes, text[:2*BlockBytes]},
		"content that ends before":   {bytes.NewReader(text), 10 * BlockBytes, text},
		"content in halves":          {iotest.HalfReader(bytes.NewReader(text)), int64(len(text)), text},
		"content that ends at once":  {iotest.DataErrReader(bytes.NewReader(text)), 10 * BlockBytes, text},
		"nothing":                    {strings.NewReader(""), 10, nil},
		"nothing of something to be": {bytes.NewReader(text), 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := NewPool(0, 0).Open().Fill(t.Context(), test.content, test.size)
			if err != nil {
				t.Fatal(err)
			}
			defer b.Release()
			section, err := io.ReadAll(iotest.OneByteReader(io.NewSectionReader(b, 0, b.Size())))
			if err != nil || !bytes.Equal(section, test.want) {
				t.Errorf("read %d bytes and %v, want %d", len(section), err, len(test.want))
			}
			var written bytes.Buffer
			if n, err := b.WriteFrom(0, &written); err != nil || n != b.Size() || !bytes.Equal(written.Bytes(), test.want) {
				t.Errorf("wrote %d bytes and %v, want %d", n, err, len(test.want))
			}
			for _, offset := range []int64{1, BlockBytes - 1, BlockBytes, BlockBytes + 1} {
				written.Reset()
				_, err := b.WriteFrom(offset, &written)
				if want := test.want[min(offset, b.Size()):]; err != nil || !bytes.Equal(written.Bytes(), want) {
					t.Errorf("from %d on: wrote %d bytes and %v, want %d", offset, written.Len(), err, len(want))
				}
			}
		})
	}
}

func TestContentThatFailsLeavesNothingInThePool(t *testing.T) {
	broken := errors.New("broken")
	p := NewPool(2*BlockBytes, 2*BlockBytes)
	for range 10 {
		content := io.MultiReader(io.LimitReader(zeros{}, BlockBytes+1), iotest.ErrReader(broken))
		if _, err := p.Open().Fill(t.Context(), content, 2*BlockBytes); !errors.Is(err, broken) {
			t.Fatalf("got %v, want why the content failed", err)
		}
	}
}

func TestWhatWasReleasedIsNotReadAnyMore(t *testing.T) {
	b, err := fill(t.Context(), NewPool(0, 0).Open(), 1)
	if err != nil {
		t.Fatal(err)
	}
	b.Release()
	if n, err := b.ReadAt(make([]byte, 1), 0); n != 0 || !errors.Is(err, fs.ErrClosed) {
		t.Errorf("got %d bytes and %v, want that it is closed", n, err)
	}
}

func TestBlocksAreUsedAgain(t *testing.T) {
	p := NewPool(0, 0)
	for range 100 {
		b, err := fill(t.Context(), p.Open(), 3)
		if err != nil {
			t.Fatal(err)
		}
		b.Release()
	}
	if got := len(p.idle); got != 3 {
		t.Errorf("got %d blocks, want the 3 that are needed at once", got)
	}
	b, err := fill(t.Context(), p.Open(), 3)
	if err != nil {
		t.Fatal(err)
	}
	p.Close()
	b.Release()
	if got := len(p.idle); got != 0 {
		t.Errorf("a closed pool keeps %d blocks", got)
	}
}

func TestAnAccountGetsWhatItNeedsWhileOthersHaveAllTheRest(t *testing.T) {
	p := NewPool(10*BlockBytes, 4*BlockBytes)
	other, err := fill(t.Context(), p.Open(), 6)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Release()
	mine, err := fill(t.Context(), p.Open(), 4)
	if err != nil {
		t.Fatal(err)
	}
	waits := make(chan error)
	go func() {
		b, err := fill(t.Context(), p.Open(), 1)
		if err == nil {
			b.Release()
		}
		waits <- err
	}()
	select {
	case <-waits:
		t.Fatal("got an eleventh block of ten")
	default:
	}
	mine.Release()
	if err := <-waits; err != nil {
		t.Error(err)
	}
}

func TestWhoWaitsForMemoryStopsWithItsContext(t *testing.T) {
	p := NewPool(BlockBytes, BlockBytes)
	all, err := fill(t.Context(), p.Open(), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer all.Release()
	why := errors.New("terminated")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	if _, err := fill(ctx, p.Open(), 1); !errors.Is(err, why) {
		t.Errorf("got %v, want %v", err, why)
	}
}

// Each account holds several buffers at once, as an upload in parts does, and the pool has room
// for little more than one of them.
func TestManyAccountsInATinyPoolAllComeToTheirEnd(t *testing.T) {
	const largest = 7
	p := NewPool((largest+3)*BlockBytes, largest*BlockBytes)
	group, ctx := errgroup.WithContext(t.Context())
	for range 64 {
		group.Go(func() error {
			a := p.Open()
			for range 5 {
				var held []*Buffer
				for range largest {
					b, err := fill(ctx, a, 1)
					if err != nil {
						return err
					}
					held = append(held, b)
				}
				for _, b := range held {
					b.Release()
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if len(p.idle) > largest+3 || p.free != 3 || p.reserve != largest || p.privileged != nil {
		t.Errorf("got %d blocks, %d free and %d kept back", len(p.idle), p.free, p.reserve)
	}
}
