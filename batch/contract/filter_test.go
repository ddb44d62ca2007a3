package contract_test

import (
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
)

func TestAFilterTakesWhatItSays(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name   string
		filter contract.Filter
		takes  []string
		leaves []string
	}{
		{
			name:  "nothing",
			takes: []string{"a", "a/b.csv", ".hidden", "a\nb", "ä/😀"},
		},
		{
			name:   "one star stays in its folder",
			filter: contract.Filter{Include: []string{"2026/*.csv"}},
			takes:  []string{"2026/a.csv", "2026/.csv"},
			leaves: []string{"2026/11/a.csv", "a.csv", "2026/a.CSV", "x/2026/a.csv"},
		},
		{
			name:   "two stars are any number of folders",
			filter: contract.Filter{Include: []string{"**/*.csv"}},
			takes:  []string{"a.csv", "2026/a.csv", "2026/11/22/a.csv"},
			leaves: []string{"a.csv.gz"},
		},
		{
			name:   "a folder, and all below it",
			filter: contract.Filter{Include: []string{"2026/**"}},
			takes:  []string{"2026/a", "2026/11/a"},
			leaves: []string{"20260/a"},
		},
		{
			name:   "one of several, and none of the others",
			filter: contract.Filter{Include: []string{"a/**", "b/**"}, Exclude: []string{"**/*.tmp", "b/old/**"}},
			takes:  []string{"a/x", "b/new/x"},
			leaves: []string{"c/x", "a/x.tmp", "b/old/x"},
		},
		{
			name:   "only exclusions",
			filter: contract.Filter{Exclude: []string{"**/_temporary/**"}},
			takes:  []string{"a", "temporary/a"},
			leaves: []string{"_temporary/a", "x/_temporary/0/a"},
		},
		{
			name:   "alternatives and classes",
			filter: contract.Filter{Include: []string{"**/*.{jpg,png}", "page-[0-9]"}},
			takes:  []string{"x/a.jpg", "a.png", "page-1"},
			leaves: []string{"a.gif", "page-x"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, name := range test.takes {
				if !test.filter.Takes(name, contract.Listed{}) {
					t.Errorf("%q was left out", name)
				}
			}
			for _, name := range test.leaves {
				if test.filter.Takes(name, contract.Listed{}) {
					t.Errorf("%q was taken", name)
				}
			}
		})
	}
	sizes := contract.Filter{MinSize: 10, MaxSize: 20}
	for size, want := range map[int64]bool{0: false, 9: false, 10: true, 20: true, 21: false} {
		if got := sizes.Takes("a", contract.Listed{Object: contract.Object{Size: size}}); got != want {
			t.Errorf("%d bytes of 10 to 20: got %t, want %t", size, got, want)
		}
	}
	since := contract.Filter{ModifiedSince: noon}
	for modified, want := range map[time.Time]bool{
		noon.Add(-time.Nanosecond): false,
		noon:                       true,
		noon.Add(time.Hour):        true,
		{}:                         true, // Nobody knows when.
	} {
		if got := since.Takes("a", contract.Listed{Modified: modified}); got != want {
			t.Errorf("modified %s, and asked for since noon: got %t, want %t", modified, got, want)
		}
	}
}
