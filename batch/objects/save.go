package objects

import (
	"context"
	"io"
	"sync"

	"golang.org/x/sync/errgroup"

	"batchjobwithlambda/batch/contract"
)

// copyBuffers are for copying, each for one connection: as much as comes in at once.
var copyBuffers = sync.Pool{New: func() any { return new([128 << 10]byte) }}

// Save writes an object, of which the size is known, to the file, by as many requests at once as
// [Options] allow. The error is [Changed] if the object has another size, or the file's own.
//
// As with [Client.GetAhead], it is the ETag and the size that hold the parts together.
func (c *Client) Save(ctx context.Context, address contract.Address, size int64, file io.WriterAt) (Header, error) {
	opened, err := c.getPart(ctx, address, 0, size, "")
	if err != nil {
		return Header{}, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.parallel)
	group.Go(func() error { return opened.SaveAt(file, 0) })
	for first := c.part; first < size; first += c.part {
		group.Go(func() error {
			reader, err := c.getPart(ctx, address, first, size, opened.ETag)
			if err != nil {
				return err
			}
			return reader.SaveAt(file, first)
		})
	}
	return opened.Header, group.Wait()
}

// SaveAt writes what is left to read to the file, from the offset on, and closes the reader.
func (r *Reader) SaveAt(file io.WriterAt, offset int64) error {
	defer r.Close()
	buffer := copyBuffers.Get().(*[128 << 10]byte)
	defer copyBuffers.Put(buffer)
	// To its end: only there the SDK compares the checksum.
	_, err := io.CopyBuffer(io.NewOffsetWriter(file, offset), r, buffer[:])
	return err
}
