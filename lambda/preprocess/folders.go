package main

import (
	"iter"
	"strings"

	"batchjobwithlambda/batch/contract"
)

// apart yields the objects, which come sorted, and says of each whose outputs would be in the folder
// of another's, of which: their outputs might have the same keys, and one would replace the other.
// The inner one fails, by its name and alone: a refused run would keep all others from being done.
func apart(outputs contract.Outputs, all iter.Seq2[contract.Object, error]) iter.Seq2[contract.Object, error] {
	if !outputs.InFolders {
		return all
	}
	return func(yield func(contract.Object, error) bool) {
		found := folders{outputs: outputs}
		for object, err := range all {
			if err == nil {
				object.Inside = found.outer(object.Key)
			}
			if !yield(object, err) {
				return
			}
		}
	}
}

// folders finds which objects' folders of outputs hold that of the next one.
type folders struct {
	outputs contract.Outputs
	// open are the keys that the last one begins with, the shortest first, and the last one itself.
	// Whatever begins with a key follows it at once, so no other can hold the next folder. They are
	// no more than a key has bytes.
	open []string
}

// outer is the first of the keys before this one whose folder holds that of this one, or empty.
func (f *folders) outer(key string) string {
	for len(f.open) > 0 && !strings.HasPrefix(key, f.open[len(f.open)-1]) {
		f.open = f.open[:len(f.open)-1]
	}
	defer func() { f.open = append(f.open, key) }()
	for _, outer := range f.open {
		if f.outputs.Holds(outer, key) {
			return outer
		}
	}
	return ""
}
