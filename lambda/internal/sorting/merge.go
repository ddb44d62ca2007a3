package sorting

import (
	"bufio"
	"bytes"
	"container/heap"
	"io"
	"iter"
)

const (
	// mergeBytes is what all runs together may read ahead, and minReadBytes what one
	// reads at the least: there are no more runs than /tmp has room for, some hundred.
	mergeBytes   = 32 << 20
	minReadBytes = 4 << 10
)

// merge yields the entries of the runs, each of which is sorted, in the order of their keys.
func merge(file io.ReaderAt, runs []run) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		var heads heads
		for _, r := range runs {
			next := &head{
				rest: bufio.NewReaderSize(io.NewSectionReader(file, r.offset, r.length), max(mergeBytes/len(runs), minReadBytes)),
			}
			if more, err := next.advance(); err != nil {
				yield(Entry{}, err)
				return
			} else if more {
				heads = append(heads, next)
			}
		}
		heap.Init(&heads)
		var value []byte
		for len(heads) > 0 {
			first := heads[0]
			var err error
			value, err = readValue(first.rest, value)
			if !yield(Entry{first.key, value}, err) || err != nil {
				return
			}
			more, err := first.advance()
			if err != nil {
				yield(Entry{}, err)
				return
			}
			if more {
				heap.Fix(&heads, 0)
			} else {
				heap.Pop(&heads)
			}
		}
	}
}

// head is the next entry of a run: its key, and then the rest of the run, which begins
// with the entry's value.
type head struct {
	key  []byte
	rest *bufio.Reader
}

// advance goes to the next entry, and returns false if there is none.
func (h *head) advance() (bool, error) {
	key, err := readKey(h.rest, h.key)
	if err == io.EOF {
		return false, nil
	}
	h.key = key
	return err == nil, err
}

// heads are a heap, by their keys.
type heads []*head

func (h heads) Len() int           { return len(h) }
func (h heads) Less(i, j int) bool { return bytes.Compare(h[i].key, h[j].key) < 0 }
func (h heads) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push is for the heap.
func (h *heads) Push(next any) { *h = append(*h, next.(*head)) }

// Pop is for the heap.
func (h *heads) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
