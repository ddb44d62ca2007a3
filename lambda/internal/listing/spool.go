package listing

import (
	"fmt"
	"io"
	"iter"
	"os"
	"sync/atomic"

	"batchjobwithlambda/batch/contract"
)

// spool keeps objects until it is their turn: ten million are about 1.5 GB, which are
// not to be kept in memory.
type spool struct {
	file *os.File
	size atomic.Int64
}

// block is where a page of objects is in the spool's file.
type block struct{ offset, length int64 }

func newSpool() (*spool, error) {
	file, err := os.CreateTemp("", "listing-")
	if err != nil {
		return nil, fmt.Errorf("keep a listing: %w", err)
	}
	// A file without a name is gone when it is closed, or when the function is killed.
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return nil, fmt.Errorf("keep a listing: %w", err)
	}
	return &spool{file: file}, nil
}

func (s *spool) close() { s.file.Close() }

// write keeps the objects. It may be called several times at once.
func (s *spool) write(objects []contract.Object) (block, error) {
	var lines []byte
	for _, object := range objects {
		lines = contract.AppendObject(lines, object)
	}
	length := int64(len(lines))
	b := block{s.size.Add(length) - length, length}
	if _, err := s.file.WriteAt(lines, b.offset); err != nil {
		return block{}, fmt.Errorf("keep a listing, of which the function's ephemeral storage has to hold all: %w", err)
	}
	return b, nil
}

// read yields the objects of a block.
func (s *spool) read(b block) iter.Seq2[contract.Object, error] {
	return contract.ReadManifest(io.NewSectionReader(s.file, b.offset, b.length))
}
