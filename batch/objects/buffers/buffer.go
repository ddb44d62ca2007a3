package buffers

import (
	"context"
	"io"
	"io/fs"
	"sync"
)

// Buffer is content in blocks.
type Buffer struct {
	account *Account
	size    int64

	// Whoever sends a buffer may still read it when it is told that the answer is there, and
	// then must not see what the blocks are used for next.
	mu     sync.RWMutex
	blocks [][]byte // None after it was released.
}

// Fill returns a buffer with so many bytes of the content, or with fewer if it ends before. It
// waits for memory when it needs it. The error is why the content or the memory could not be
// had.
func (a *Account) Fill(ctx context.Context, content io.Reader, size int64) (*Buffer, error) {
	b := &Buffer{account: a}
	for b.size < size {
		room := b.room(size)
		if len(room) == 0 {
			block, err := a.take(ctx)
			if err != nil {
				b.Release()
				return nil, err
			}
			b.blocks = append(b.blocks, block)
			continue
		}
		n, err := content.Read(room)
		b.size += int64(n)
		if err == io.EOF {
			break
		}
		if err != nil {
			b.Release()
			return nil, err
		}
	}
	return b, nil
}

// room is where the next bytes go, if the buffer is to have so many in all.
func (b *Buffer) room(size int64) []byte {
	filled := b.size - int64(len(b.blocks)-1)*BlockBytes
	if len(b.blocks) == 0 || filled == BlockBytes {
		return nil
	}
	return b.blocks[len(b.blocks)-1][filled:min(BlockBytes, filled+size-b.size)]
}

// Size is how many bytes the buffer has.
func (b *Buffer) Size() int64 { return b.size }

// ReadAt is that of [io.ReaderAt]. The error is fs.ErrClosed after the buffer was released.
func (b *Buffer) ReadAt(p []byte, offset int64) (n int, err error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for n < len(p) && offset < b.size {
		if b.blocks == nil {
			return n, fs.ErrClosed
		}
		copied := copy(p[n:], b.rest(offset))
		n += copied
		offset += int64(copied)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// WriteFrom writes the content from the offset on to w.
func (b *Buffer) WriteFrom(offset int64, w io.Writer) (written int64, err error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for offset < b.size {
		if b.blocks == nil {
			return written, fs.ErrClosed
		}
		n, err := w.Write(b.rest(offset))
		written += int64(n)
		offset += int64(n)
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// rest is what the block has from the offset on.
func (b *Buffer) rest(offset int64) []byte {
	within := offset % BlockBytes
	return b.blocks[offset/BlockBytes][within:min(BlockBytes, b.size-offset+within)]
}

// Release gives the memory back. It may be called several times.
func (b *Buffer) Release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.account.give(b.blocks)
	b.blocks = nil
}
