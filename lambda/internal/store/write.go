package store

import (
	"bufio"
	"context"
	"io"

	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"batchjobwithlambda/batch/contract"
)

// partBytes is the size of a part of an upload. An upload has 10,000 parts at most, so
// this allows a file of 80 GB: a hundred million lines of 800 bytes, most of ours have 110.
// partsAtOnce bounds the memory: that many parts and one more that is being filled.
const (
	partBytes   = 8 << 20
	partsAtOnce = 3
)

func newUploads(client *s3.Client) *transfermanager.Client {
	return transfermanager.New(client, func(o *transfermanager.Options) {
		o.PartSizeBytes = partBytes
		o.MultipartUploadThreshold = partBytes
		o.Concurrency = partsAtOnce
	})
}

// Write writes an object of any length, in constant memory, while write makes it. If
// write returns an error, Write returns that error and nothing was written.
func (s Store) Write(
	ctx context.Context,
	address contract.Address,
	metadata map[string]string,
	write func(io.Writer) error,
) error {
	reader, writer := io.Pipe()
	uploaded := make(chan error, 1)
	go func() {
		_, err := s.uploads.UploadObject(ctx, &transfermanager.UploadObjectInput{
			Bucket: &address.Bucket, Key: &address.Key, Metadata: metadata, Body: reader,
		})
		if err != nil {
			err = &Error{"write", address, err}
		}
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
		writer.CloseWithError(&Error{"write", address, err}) // Wrapped: a bare io.EOF would end the object well.
		<-uploaded
		return err
	}
	writer.Close()
	return <-uploaded
}
