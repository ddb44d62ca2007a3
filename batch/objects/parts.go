package objects

import (
	"context"
	"fmt"
	"io"

	"batchjobwithlambda/batch/objects/buffers"
	"batchjobwithlambda/batch/scratch"
)

const (
	// maxParts is how many parts an upload may have ("Amazon S3 multipart upload
	// limits", Amazon S3 User Guide).
	maxParts = 10_000
	// PartMemory is how large the parts are that are kept in memory, unless [Options] say
	// otherwise. It keeps the share of the requests' own time low.
	PartMemory = 8 << 20
	// LeastPart is the least that S3 takes for a part that is not the last ("Amazon S3 multipart
	// upload limits", Amazon S3 User Guide).
	LeastPart = 5 << 20
)

// partSize is how many bytes the part with the number, counted from 1, has, unless it is
// the last, if the first has so many. How long the content is shows only at its end, so parts
// grow with their number: of 8 MiB, 8 GB are in parts that fit in memory, 42 GB take 32 MiB of
// disk for a part, 176 GB 128 MiB, and 10,000 parts hold 7.7 TB.
func partSize(number int, first int64) int64 {
	switch (number - 1) / 1000 {
	case 0:
		return first
	case 1:
		return 32 << 20
	case 2:
		return 128 << 20
	default:
		return 1 << 30
	}
}

// part is a part of an upload, which can be sent again if sending it fails.
type part struct {
	content io.ReadSeeker
	size    int64
	// release gives back what the part takes of memory or disk.
	release func()
}

// parts cuts content into parts.
type parts interface {
	// next returns the part that comes next, which has as many bytes as size says, or
	// fewer if the content ends before. It may wait for memory.
	next(ctx context.Context, size int64) (part, error)
}

// file is content that can be read anywhere, at any time.
type file interface {
	io.ReaderAt
	io.Seeker
}

// cut returns the parts of the content, which are kept on the client's disk if they are larger
// than those that it keeps in memory.
func (c *Client) cut(content io.Reader) parts {
	if file, ok := content.(file); ok {
		begin, err := file.Seek(0, io.SeekCurrent)
		if err == nil {
			return &sections{file: file, offset: begin}
		}
	}
	return &copies{content: content, directory: c.scratch, memory: c.memory.Open(), inMemory: c.part}
}

// sections are the parts of a file. They take no memory.
type sections struct {
	file   file
	offset int64
}

func (s *sections) next(_ context.Context, size int64) (part, error) {
	end, err := s.file.Seek(0, io.SeekEnd)
	if err != nil {
		return part{}, err
	}
	size = min(size, end-s.offset)
	section := io.NewSectionReader(s.file, s.offset, size)
	s.offset += size
	return part{content: section, size: size, release: func() {}}, nil
}

// copies are the parts of content that can be read only once.
type copies struct {
	content   io.Reader
	directory string
	memory    *buffers.Account
	// inMemory is how large a part may be to be kept in memory.
	inMemory int64
}

func (c *copies) next(ctx context.Context, size int64) (part, error) {
	if size > c.inMemory {
		return c.toDisk(size)
	}
	buffer, err := c.memory.Fill(ctx, c.content, size)
	if err != nil {
		return part{}, err
	}
	return part{
		content: io.NewSectionReader(buffer, 0, buffer.Size()),
		size:    buffer.Size(),
		release: buffer.Release,
	}, nil
}

func (c *copies) toDisk(size int64) (part, error) {
	file, err := scratch.New(c.directory)
	if err != nil {
		return part{}, err
	}
	n, err := io.CopyN(file, c.content, size)
	if err != nil && err != io.EOF {
		file.Close()
		return part{}, fmt.Errorf("keep a part of %d bytes until it is sent: %w", size, err)
	}
	return part{content: io.NewSectionReader(file, 0, n), size: n, release: func() { file.Close() }}, nil
}
