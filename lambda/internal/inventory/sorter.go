package inventory

import (
	"bytes"
	"iter"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/lambda/internal/sorting"
)

// sorter sorts objects by the bytes of their keys.
type sorter struct {
	entries    *sorting.Sorter
	attributes []byte
}

func newSorter(limit int) (*sorter, error) {
	entries, err := sorting.New(limit)
	return &sorter{entries: entries}, err
}

func (s *sorter) close() { s.entries.Close() }

// add takes the next object.
func (s *sorter) add(object contract.Object) error {
	s.attributes = appendAttributes(s.attributes[:0], object)
	return s.entries.Add(object.Key, s.attributes)
}

// all yields all objects that were added, sorted.
func (s *sorter) all() iter.Seq2[contract.Object, error] {
	return func(yield func(contract.Object, error) bool) {
		for entry, err := range s.entries.All() {
			var object contract.Object
			if err == nil {
				object.Key = string(entry.Key)
				object.Size, object.ETag, err = readAttributes(bytes.NewReader(entry.Value))
			}
			if !yield(object, err) || err != nil {
				return
			}
		}
	}
}
