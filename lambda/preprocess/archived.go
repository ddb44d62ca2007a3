package main

import (
	"slices"
	"sync"
)

// namedArchived is how many archived objects a plan names.
const namedArchived = 3

// archived are the objects that a run leaves out because they have to be restored before they
// can be read.
//
// They are left out, and do not fail: a rule that archives old inputs would else make every later
// run over the prefix fail, though most of what it archives was done before.
type archived struct {
	mu     sync.Mutex
	number int64
	// first are the first few by their keys, so that two plans of the same objects are alike.
	first []string
}

// add may be called several times at once.
func (a *archived) add(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.number++
	if place, _ := slices.BinarySearch(a.first, key); place < namedArchived {
		a.first = slices.Insert(a.first, place, key)
		a.first = a.first[:min(len(a.first), namedArchived)]
	}
}
