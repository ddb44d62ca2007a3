package main

import (
	"slices"
	"sync"
)

// namedOfAKind is how many objects of a kind a plan names.
const namedOfAKind = 3

// noted are objects of one kind, which a plan tells of.
type noted struct {
	mu     sync.Mutex
	number int64
	// first are the first few by their keys, so that two plans of the same objects are alike.
	first []string
}

// add may be called several times at once.
func (n *noted) add(key string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.number++
	if place, _ := slices.BinarySearch(n.first, key); place < namedOfAKind {
		n.first = slices.Insert(n.first, place, key)
		n.first = n.first[:min(len(n.first), namedOfAKind)]
	}
}
