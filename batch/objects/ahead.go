package objects

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"batchjobwithlambda/batch/contract"
)

// Ahead reads an object by several requests at once, each for a part of it: one connection to
// S3 brings some 90 MB/s ("Performance guidelines for Amazon S3", Amazon S3 User Guide).
type Ahead struct {
	// ETag is the object's, without its quotes, and Size how many bytes it has.
	ETag string
	Size int64
	// Metadata and ContentLanguage are the object's.
	Metadata        map[string]string
	ContentLanguage string

	cancel context.CancelCauseFunc
	ctx    context.Context // Of all requests: io.Reader has no room for one.
	parts  chan chan aheadPart
	part   []byte // What is left of the part that is being read.
}

type aheadPart struct {
	content []byte
	err     error
}

// GetAhead opens an object of more than [PartMemory] bytes for reading, of which the size is
// known. It takes memory for as many parts as [Options] allow requests. The error is [Changed]
// if the object has another size. The caller has to close the reader.
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
		ETag:            first.ETag,
		Size:            size,
		Metadata:        first.Metadata,
		ContentLanguage: first.ContentLanguage,
		cancel:          cancel,
		ctx:             ctx,
		parts:           make(chan chan aheadPart, c.parallel-1),
	}
	go a.read(c, address, first)
	return a, nil
}

// getPart opens the part that begins with the byte, of an object with the size and the ETag.
func (c *Client) getPart(
	ctx context.Context,
	address contract.Address,
	first, size int64,
	etag string,
) (*Reader, error) {
	reader, err := c.openRange(ctx, address, first, min(PartMemory, size-first), etag)
	if err == nil && reader.whole != size {
		reader.Close()
		err = &Error{Doing: "get", Address: address, Kind: Changed, Err: errors.New("the object has another size")}
	}
	if KindOf(err) == OutOfRange {
		err = &Error{Doing: "get", Address: address, Kind: Changed, Err: err}
	}
	return reader, err
}

// read starts a request for each part, as soon as fewer are under way than may.
func (a *Ahead) read(c *Client, address contract.Address, reader *Reader) {
	defer close(a.parts)
	for first := int64(0); first < a.Size; first += PartMemory {
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
func (a *Ahead) readPart(c *Client, address contract.Address, first int64, opened *Reader) ([]byte, error) {
	if opened == nil {
		var err error
		if opened, err = c.getPart(a.ctx, address, first, a.Size, a.ETag); err != nil {
			return nil, err
		}
	}
	defer opened.Close()
	content := make([]byte, opened.Size)
	_, err := io.ReadFull(opened, content)
	return content, err
}

// Read returns an [*Error] if the bytes cannot be had.
func (a *Ahead) Read(p []byte) (int, error) {
	for len(a.part) == 0 {
		result, more := <-a.parts
		if !more {
			if a.ctx.Err() != nil {
				return 0, context.Cause(a.ctx)
			}
			return 0, io.EOF
		}
		part := <-result
		if part.err != nil {
			return 0, part.err
		}
		a.part = part.content
	}
	n := copy(p, a.part)
	a.part = a.part[n:]
	return n, nil
}

// Close ends the reading. It may be called while another goroutine is in Read, which
// then returns fs.ErrClosed.
func (a *Ahead) Close() error {
	a.cancel(fs.ErrClosed)
	return nil
}
