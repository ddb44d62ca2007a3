package contract_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestAFolderOfOutputsIsInAnotherOnlyIfItsKeyGoesOnBehindThatFolder(t *testing.T) {
	for _, test := range []struct {
		suffix, outer, inner string
		want                 bool
	}{
		{"", "input/a", "input/a/b", true},
		{"", "input/a", "input/a/b/c", true},
		{"", "input/a", "input/a-x", false},
		{"", "input/a", "input/ab", false},
		{"", "input/a", "input/a", false},
		{"", "input/a/b", "input/a", false},
		{"", "input/a", "input/a/", true},
		{".x", "input/a", "input/a/b", false},
		{".x", "input/a", "input/a.x/b", true},
		{".x", "input/a", "input/a.x", false},
		{".x", "input/a/b", "input/a/b.x/c", true},
	} {
		folders := contract.Outputs{Input: outputs.Input, Output: outputs.Output, Suffix: test.suffix, InFolders: true}
		if got := folders.Holds(test.outer, test.inner); got != test.want {
			t.Errorf("%q: %q holds %q: got %v", test.suffix, test.outer, test.inner, got)
		}
		folders.InFolders = false
		if folders.Holds(test.outer, test.inner) {
			t.Errorf("%q holds %q, although the command makes no folders", test.outer, test.inner)
		}
	}
}

// randomKeys are keys below the prefix that are often the beginning of one another, sorted.
func randomKeys(random *rand.Rand, prefix string) []string {
	var keys []string
	for range 12 {
		name := make([]byte, 1+random.IntN(8))
		for i := range name {
			name[i] = "a-.x/"[random.IntN(5)]
		}
		keys = append(keys, prefix+string(name))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func TestTheListsOfOuterAndInnerFoldersAreThoseOfObjectsThatHoldOneAnother(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	held := 0
	for range 2000 {
		folders := contract.Outputs{Input: outputs.Input, Output: outputs.Output, InFolders: true}
		folders.Suffix = []string{"", ".x", "-"}[random.IntN(3)]
		keys := randomKeys(random, "input/")
		for _, outer := range keys {
			for _, inner := range keys {
				outerList, err := folders.Address(outer)
				innerList, innerErr := folders.Address(inner)
				if err != nil || innerErr != nil {
					t.Fatal(err, innerErr)
				}
				want := folders.Holds(outer, inner)
				if want {
					held++
				}
				if got := slices.Contains(folders.Outer(inner), outerList); got != want {
					t.Errorf("%q: outer of %q has that of %q: %v", folders.Suffix, inner, outer, got)
				}
				if got := strings.HasPrefix(innerList.Key, folders.Inner(outer).Prefix); got != want {
					t.Errorf("%q: inner of %q has that of %q: %v", folders.Suffix, outer, inner, got)
				}
			}
		}
	}
	if held < 100 {
		t.Errorf("only %d folders were in another", held)
	}
}
