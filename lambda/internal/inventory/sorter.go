package inventory

import (
	"bufio"
	"bytes"
	"iter"
	"slices"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/scratch"
)

// bufferBytes is how much is sorted at a time: 100 million objects with keys of common
// length become some 130 runs, and sorting less at a time would not be faster.
const bufferBytes = 64 << 20

// sorter sorts objects by the bytes of their keys. What it was given waits in a buffer,
// and from there in a temporary file, as runs that are sorted.
type sorter struct {
	limit int
	// buffer has the objects of the next run, each as its key and its attributes.
	buffer []byte
	items  []item
	file   scratch.File
	out    *bufio.Writer // To the file.
	size   int64         // Of the file.
	runs   []run
}

// item is where an object is in the buffer.
type item struct {
	// start is where its key begins, keyEnd where that ends and its attributes begin.
	start, keyEnd, end uint32
}

// run is where sorted objects are in the file.
type run struct{ offset, length int64 }

func newSorter(limit int) (*sorter, error) {
	file, err := scratch.New("")
	if err != nil {
		return nil, err
	}
	return &sorter{limit: limit, file: file, out: bufio.NewWriterSize(file, 64<<10)}, nil
}

func (s *sorter) close() { s.file.Close() }

// add takes the next object.
func (s *sorter) add(object contract.Object) error {
	if len(s.buffer) >= s.limit {
		if err := s.flush(); err != nil {
			return err
		}
	}
	start := len(s.buffer)
	s.buffer = append(s.buffer, object.Key...)
	keyEnd := len(s.buffer)
	s.buffer = appendAttributes(s.buffer, object)
	s.items = append(s.items, item{uint32(start), uint32(keyEnd), uint32(len(s.buffer))})
	return nil
}

func (s *sorter) key(i item) []byte { return s.buffer[i.start:i.keyEnd] }

// flush makes a run of what is in the buffer.
func (s *sorter) flush() error {
	// Which takes no longer than a look at each if they are sorted already.
	slices.SortFunc(s.items, func(a, b item) int { return bytes.Compare(s.key(a), s.key(b)) })
	var previous, line []byte
	length := int64(0)
	for _, i := range s.items {
		key := s.key(i)
		line = appendKey(line[:0], previous, key)
		line = append(line, s.buffer[i.keyEnd:i.end]...)
		if _, err := s.out.Write(line); err != nil {
			return err
		}
		previous = key
		length += int64(len(line))
	}
	if err := s.out.Flush(); err != nil {
		return err
	}
	s.runs = append(s.runs, run{s.size, length})
	s.size += length
	s.buffer, s.items = s.buffer[:0], s.items[:0]
	return nil
}

// all yields all objects that were added, sorted.
func (s *sorter) all() iter.Seq2[contract.Object, error] {
	return func(yield func(contract.Object, error) bool) {
		if err := s.flush(); err != nil {
			yield(contract.Object{}, err)
			return
		}
		s.buffer, s.items = nil, nil
		for object, err := range merge(s.file, s.runs) {
			if !yield(object, err) {
				return
			}
		}
	}
}
