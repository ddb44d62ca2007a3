package sorting

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"iter"
	"slices"

	"batchjobwithlambda/batch/scratch"
)

// BufferBytes is how much a function sorts at a time: 100 million objects with keys of common
// length become some 130 runs, and sorting less at a time would not be faster.
const BufferBytes = 64 << 20

// Entry is a key and what belongs to it.
type Entry struct{ Key, Value []byte }

// Sorter sorts entries. What it was given waits in a buffer, and from there in a temporary file, as
// runs that are sorted.
type Sorter struct {
	limit int
	// buffer has the entries of the next run, each as its key and its value.
	buffer []byte
	items  []item
	file   scratch.File
	out    *bufio.Writer // To the file.
	size   int64         // Of the file.
	runs   []run
}

// item is where an entry is in the buffer.
type item struct {
	// start is where its key begins, keyEnd where that ends and its value begins.
	start, keyEnd, end uint32
}

// run is where sorted entries are in the file.
type run struct{ offset, length int64 }

// New returns a sorter that sorts so many bytes at a time. It has to be closed.
func New(limit int) (*Sorter, error) {
	file, err := scratch.New("")
	if err != nil {
		return nil, err
	}
	return &Sorter{limit: limit, file: file, out: bufio.NewWriterSize(file, 64<<10)}, nil
}

// Close removes what the sorter keeps.
func (s *Sorter) Close() { s.file.Close() }

// Add takes the next entry, and keeps nothing of its memory.
func (s *Sorter) Add(key string, value []byte) error {
	if len(s.buffer) >= s.limit {
		if err := s.flush(); err != nil {
			return err
		}
	}
	start := len(s.buffer)
	s.buffer = append(s.buffer, key...)
	keyEnd := len(s.buffer)
	s.buffer = append(s.buffer, value...)
	s.items = append(s.items, item{uint32(start), uint32(keyEnd), uint32(len(s.buffer))})
	return nil
}

func (s *Sorter) key(i item) []byte { return s.buffer[i.start:i.keyEnd] }

// flush makes a run of what is in the buffer.
func (s *Sorter) flush() error {
	// Which takes no longer than a look at each if they are sorted already.
	slices.SortFunc(s.items, func(a, b item) int { return bytes.Compare(s.key(a), s.key(b)) })
	var previous, line []byte
	length := int64(0)
	for _, i := range s.items {
		key := s.key(i)
		line = appendKey(line[:0], previous, key)
		line = binary.AppendUvarint(line, uint64(i.end-i.keyEnd))
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

// All yields all entries that were added, sorted by their keys. The memory of an entry is used again
// for the next one.
func (s *Sorter) All() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if err := s.flush(); err != nil {
			yield(Entry{}, err)
			return
		}
		s.buffer, s.items = nil, nil
		for entry, err := range merge(s.file, s.runs) {
			if !yield(entry, err) {
				return
			}
		}
	}
}
