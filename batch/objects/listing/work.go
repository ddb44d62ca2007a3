package listing

import (
	"slices"
	"sort"
	"sync"

	"batchjobwithlambda/batch/contract"
)

// span is a part of the keys, (reached, end], that one worker lists, and what it found.
type span struct {
	// reached is the last key that was claimed; end is "" if the span has no end.
	reached, end string
	// blocks is where the objects are that were found.
	blocks []block
	done   bool
	// pages is how many pages were listed since the span was, or was to be, cut.
	pages int
	// cutting keeps two workers from cutting the same span at the same time.
	cutting bool
	// next has the keys behind end.
	next *span
}

// covers reports whether the key is not behind the span's end.
func (s *span) covers(key string) bool { return s.end == "" || key <= s.end }

// work is what the workers share. The spans follow each other without a gap, and only
// its methods change them, so that this stays true.
type work struct {
	prefix string

	mu      sync.Mutex
	changed sync.Cond
	// busy are the spans that are not done.
	busy []*span
	err  error
}

func newWork(prefix string, whole *span) *work {
	w := &work{prefix: prefix, busy: []*span{whole}}
	w.changed.L = &w.mu
	return w
}

// fail ends all work.
func (w *work) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
	w.changed.Broadcast()
}

// claim returns those of the objects that are still the span's: its end may have been
// cut off since they were asked for. It says whether the span may have more.
func (w *work) claim(s *span, page []contract.Listed, more bool) ([]contract.Listed, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if beyond := sort.Search(len(page), func(i int) bool { return !s.covers(page[i].Key) }); beyond < len(page) {
		page, more = page[:beyond], false
	}
	if len(page) > 0 {
		s.reached = page[len(page)-1].Key
	}
	return page, more
}

// add adds a block to the span, which is done if it has no more.
func (w *work) add(s *span, b block, more bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	s.blocks = append(s.blocks, b)
	s.pages++
	if !more {
		s.done = true
		w.busy = slices.DeleteFunc(w.busy, func(other *span) bool { return other == s })
	}
	w.changed.Broadcast()
	return w.err
}

// block waits for the span's block with the number, and returns false if it has no such.
func (w *work) block(s *span, number int) (block, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for number == len(s.blocks) && !s.done && w.err == nil {
		w.changed.Wait()
	}
	if w.err != nil || number == len(s.blocks) {
		return block{}, false, w.err
	}
	return s.blocks[number], true, nil
}

// after returns the span behind one that is done.
func (w *work) after(s *span) *span {
	w.mu.Lock()
	defer w.mu.Unlock()
	return s.next
}

// longest waits for a span that may be cut, and returns the one that was listed for
// the longest time without being cut: it is likely to go on for long. A span of which no
// page was listed since may be no longer than that, and is not worth a search. It
// returns nil if all spans are done.
func (w *work) longest() *span {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.busy) > 0 && w.err == nil {
		var longest *span
		for _, s := range w.busy {
			if s.pages > 0 && !s.cutting && (longest == nil || s.pages > longest.pages) {
				longest = s
			}
		}
		if longest != nil {
			longest.cutting = true
			return longest
		}
		w.changed.Wait()
	}
	return nil
}

// split ends the span at the key, and returns a new one with the keys behind it; or
// nil if the key is "", or the span has got that far already.
func (w *work) split(s *span, at string) *span {
	w.mu.Lock()
	defer w.mu.Unlock()
	s.cutting, s.pages = false, 0
	if s.done || at <= s.reached || !s.covers(at) {
		return nil
	}
	half := &span{reached: at, end: s.end, next: s.next}
	s.end, s.next = at, half
	w.busy = append(w.busy, half)
	return half
}

// rest returns the part of the span that is not listed yet.
func (w *work) rest(s *span) (reached, end string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return s.reached, s.end
}

// shorten ends the span at the key, behind which it has no objects. It returns false
// if the span has got that far already.
func (w *work) shorten(s *span, at string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s.done || at <= s.reached {
		return false
	}
	s.end = at
	return true
}
