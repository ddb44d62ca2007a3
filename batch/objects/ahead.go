package objects

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"sync"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects/buffers"
)

// Ahead reads an object by several requests at once, each for a part of it: one connection to
// S3 brings some 90 MB/s ("Performance guidelines for Amazon S3", Amazon S3 User Guide).
type Ahead struct {
	Header
	// Size is how many bytes the object has.
	Size int64

	cancel context.CancelCauseFunc
	ctx    context.Context // Of all requests: io.Reader has no room for one.
	memory *buffers.Pool
	parts  chan chan aheadPart
	part   *buffers.Buffer // That is being read; nil if the next one is to come.
	read   int64           // How many bytes of it were read.

	mu              sync.Mutex
	reading, closed bool
}

type aheadPart struct {
	content *buffers.Buffer
	err     error
}

// GetAhead opens an object for reading, of which the size is known. It takes memory for as many
// parts as [Options] allow requests. The error is [Changed] if the object has another size. The
// caller has to close the reader.
//
// A part has no checksum of its own. That all parts are of one object is held by its ETag,
// and that none is missing by its size.
func (c *Client) GetAhead(ctx context.Context, address contract.Address, size int64) (*Ahead, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	first, err := c.getPart(ctx, address, 0, size, "")
	if err != nil {
		cancel(nil)
		return nil, err
	}
	a := &Ahead{
		Header: first.Header,
		Size:   size,
		cancel: cancel,
		ctx:    ctx,
		memory: buffers.NewPool(0, 0),
		parts:  make(chan chan aheadPart, c.parallel-1),
	}
	go a.readAll(c, address, first)
	return a, nil
}

// getPart opens the part that begins with the byte, of an object with the size and the ETag.
func (c *Client) getPart(
	ctx context.Context,
	address contract.Address,
	first, size int64,
	etag string,
) (*Reader, error) {
	reader, err := c.openRange(ctx, address, first, min(c.part, size-first), etag)
	if err == nil && reader.whole != size {
		reader.Close()
		err = &Error{Doing: "get", Address: address, Kind: Changed, Err: errors.New("the object has another size")}
	}
	if KindOf(err) == OutOfRange {
		err = &Error{Doing: "get", Address: address, Kind: Changed, Err: err}
	}
	return reader, err
}

// readAll starts a request for each part, as soon as fewer are under way than may.
func (a *Ahead) readAll(c *Client, address contract.Address, reader *Reader) {
	defer close(a.parts)
	for first := int64(0); first < a.Size; first += c.part {
		result := make(chan aheadPart, 1)
		select {
		case a.parts <- result:
		case <-a.ctx.Done():
			return
		}
		opened := reader
		reader = nil
		go func() {
			content, err := a.readPart(c, address, first, opened)
			result <- aheadPart{content, err}
		}()
	}
}

// readPart reads a part, which is opened already if it is the first.
func (a *Ahead) readPart(c *Client, address contract.Address, first int64, opened *Reader) (*buffers.Buffer, error) {
	if opened == nil {
		var err error
		if opened, err = c.getPart(a.ctx, address, first, a.Size, a.ETag); err != nil {
			return nil, err
		}
	}
	defer opened.Close()
	return a.memory.Open().Fill(a.ctx, opened, opened.Size)
}

// Read returns an [*Error] if the bytes cannot be had.
func (a *Ahead) Read(p []byte) (int, error) {
	if err := a.begin(); err != nil {
		return 0, err
	}
	defer a.end()
	if err := a.next(); err != nil {
		return 0, err
	}
	n, err := a.part.ReadAt(p, a.read)
	if err == io.EOF { // Of the part.
		err = nil
	}
	a.advance(int64(n))
	return n, err
}

// WriteTo writes to w what was not read yet. The error is w's, or as that of Read.
func (a *Ahead) WriteTo(w io.Writer) (written int64, err error) {
	if err := a.begin(); err != nil {
		return 0, err
	}
	defer a.end()
	for {
		if err := a.next(); err == io.EOF {
			return written, nil
		} else if err != nil {
			return written, err
		}
		n, err := a.part.WriteFrom(a.read, w)
		a.advance(n)
		written += n
		if err != nil {
			return written, err
		}
	}
}

// next has a part that is being read, or else an error; io.EOF is after the last.
func (a *Ahead) next() error {
	if a.part != nil {
		return nil
	}
	result, more := <-a.parts
	switch {
	case a.ctx.Err() != nil && !more:
		return context.Cause(a.ctx)
	case !more:
		return io.EOF
	}
	part := <-result
	a.part, a.read = part.content, 0
	return part.err
}

// advance is after so many bytes of the part were read.
func (a *Ahead) advance(bytes int64) {
	if a.read += bytes; a.read == a.part.Size() {
		a.part.Release()
		a.part = nil
	}
}

// begin is before a goroutine reads.
func (a *Ahead) begin() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return fs.ErrClosed
	}
	a.reading = true
	return nil
}

// end is after a goroutine has read.
func (a *Ahead) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reading = false
	a.releaseIfClosed()
}

// releaseIfClosed gives the memory of the part back that nobody will read on.
func (a *Ahead) releaseIfClosed() {
	if a.closed && !a.reading && a.part != nil {
		a.part.Release()
		a.part = nil
	}
}

// Close ends the reading, and gives the memory back. It may be called while another goroutine
// is in Read, which then returns fs.ErrClosed.
func (a *Ahead) Close() error {
	a.cancel(fs.ErrClosed)
	a.mu.Lock()
	a.closed = true
	a.releaseIfClosed()
	a.mu.Unlock()
	for result := range a.parts {
		if part := <-result; part.err == nil {
			part.content.Release()
		}
	}
	a.memory.Close()
	return nil
}
