package listing

import (
	"io"
	"iter"
	"sync/atomic"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/scratch"
)

// spool keeps objects until it is their turn: ten million are about 1.5 GB, which are
// not to be kept in memory.
type spool struct {
	file scratch.File
	size atomic.Int64
}

// block is where a page of objects is in the spool's file.
type block struct{ offset, length int64 }

func newSpool() (*spool, error) {
	file, err := scratch.New("")
	return &spool{file: file}, err
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
	_, err := s.file.WriteAt(lines, b.offset)
	return b, err
}

// read yields the objects of a block.
func (s *spool) read(b block) iter.Seq2[contract.Object, error] {
	return contract.ReadManifest(io.NewSectionReader(s.file, b.offset, b.length))
}
