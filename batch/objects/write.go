package objects

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"

	"batchjobwithlambda/batch/contract"
)

// Put writes an object that is in memory.
func (c *Client) Put(ctx context.Context, address contract.Address, content []byte) error {
	_, err := c.Upload(ctx, address, bytes.NewReader(content), Attributes{})
	return err
}

var errNotWritten = errors.New("what was to be written could not be made")

// Write writes an object of any length, in constant memory, while write makes it; see
// [Client.Upload]. If write returns an error, Write returns that error and nothing was
// written.
func (c *Client) Write(
	ctx context.Context,
	address contract.Address,
	metadata map[string]string,
	write func(io.Writer) error,
) error {
	reader, writer := io.Pipe()
	uploaded := make(chan error, 1)
	go func() {
		_, err := c.Upload(ctx, address, reader, Attributes{Metadata: metadata})
		reader.CloseWithError(err) // Or write would wait for ever.
		uploaded <- err
	}()
	// A pipe hands over to another goroutine with every write: not with every line.
	buffered := bufio.NewWriterSize(writer, 1<<20)
	err := write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err != nil {
		writer.CloseWithError(errNotWritten) // Not err itself: io.EOF would end the object well.
		<-uploaded
		return err
	}
	writer.Close()
	return <-uploaded
}
