package objects

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"batchjobwithlambda/batch/scratch"
)

const (
	// maxParts is how many parts an upload may have ("Amazon S3 multipart upload
	// limits", Amazon S3 User Guide).
	maxParts = 10_000
	// PartMemory is how large a part may be to be kept in memory. It keeps the share of
	// the requests' own time low, and the few parts that are in memory at once well below
	// the smallest memory that a job can have, 512 MiB.
	PartMemory = 8 << 20
)

// partSize is how many bytes the part with the number, counted from 1, has, unless it is
// the last. How long the content is shows only at its end, so parts grow with their number:
// 8 GB are in parts that fit in memory, 42 GB take 32 MiB of disk for a part, 176 GB
// 128 MiB, and 10,000 parts hold 7.7 TB.
func partSize(number int) int64 {
	switch (number - 1) / 1000 {
	case 0:
		return PartMemory
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
	// fewer if the content ends before.
	next(size int64) (part, error)
}

// file is content that can be read anywhere, at any time.
type file interface {
	io.ReaderAt
	io.Seeker
}

// cut returns the parts of the content, which are kept in the directory if they do not
// fit in memory.
func cut(content io.Reader, directory string, atOnce int) parts {
	if file, ok := content.(file); ok {
		begin, err := file.Seek(0, io.SeekCurrent)
		if err == nil {
			return &sections{file: file, offset: begin}
		}
	}
	return &copies{content: content, directory: directory, free: make(chan []byte, atOnce+1)}
}

// sections are the parts of a file. They take no memory.
type sections struct {
	file   file
	offset int64
}

func (s *sections) next(size int64) (part, error) {
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
	// free are the buffers of parts that were sent.
	free chan []byte
	// large says that the content is longer than a part, so that buffers need not grow.
	large bool
}

func (c *copies) next(size int64) (part, error) {
	if size > PartMemory {
		return c.toDisk(size)
	}
	return c.toMemory(int(size))
}

func (c *copies) toMemory(size int) (part, error) {
	var buffer []byte
	select {
	case buffer = <-c.free:
	default:
	}
	if c.large && cap(buffer) < size {
		buffer = make([]byte, 0, size)
	}
	buffer, err := fill(buffer, c.content, size)
	if err != nil {
		return part{}, err
	}
	c.large = len(buffer) == size
	return part{
		content: bytes.NewReader(buffer),
		size:    int64(len(buffer)),
		release: func() {
			select {
			case c.free <- buffer[:0]:
			default:
			}
		},
	}, nil
}

// fill appends size bytes of the content to the buffer, or all if the content ends
// before. The buffer grows with them, because most outputs are small.
func fill(buffer []byte, content io.Reader, size int) ([]byte, error) {
	const smallest = 4 << 10
	for len(buffer) < size {
		if len(buffer) == cap(buffer) {
			buffer = slices.Grow(buffer, min(max(len(buffer), smallest), size-len(buffer)))
		}
		n, err := content.Read(buffer[len(buffer):min(cap(buffer), size)])
		buffer = buffer[:len(buffer)+n]
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return buffer, nil
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
