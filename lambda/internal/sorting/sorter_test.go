package sorting

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// pair is an entry that is kept.
type pair struct{ key, value string }

func compare(a, b pair) int {
	return cmp.Or(strings.Compare(a.key, b.key), strings.Compare(a.value, b.value))
}

func sortOutside(t *testing.T, limit int, pairs []pair) []pair {
	t.Helper()
	s, err := New(limit)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, p := range pairs {
		if err := s.Add(p.key, []byte(p.value)); err != nil {
			t.Fatal(err)
		}
	}
	var got []pair
	for entry, err := range s.All() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, pair{string(entry.Key), string(entry.Value)})
	}
	return got
}

// wantSorted compares what is sorted with what it should be; which of two with the same key comes
// first is left open.
func wantSorted(t *testing.T, limit int, pairs []pair) {
	t.Helper()
	got, want := sortOutside(t, limit, pairs), slices.Clone(pairs)
	if !slices.IsSortedFunc(got, func(a, b pair) int { return strings.Compare(a.key, b.key) }) {
		t.Errorf("%d entries with a buffer of %d bytes are not sorted", len(pairs), limit)
	}
	slices.SortFunc(got, compare)
	slices.SortFunc(want, compare)
	if !slices.Equal(got, want) {
		t.Errorf("%d entries with a buffer of %d bytes: got %d, want those that were added", len(pairs), limit, len(got))
	}
}

func TestWhatIsSortedOutsideOfMemoryIsAsIfItHadBeenSortedInside(t *testing.T) {
	for _, limit := range []int{1, 100, 10_000, BufferBytes} { // A run for each entry, or one for all.
		for _, n := range []int{0, 1, 2, 2000} {
			random := rand.New(rand.NewPCG(uint64(limit), uint64(n)))
			text := func(most int) string {
				var text [16]byte
				for i := range text {
					text[i] = "ab/\x01\xc3"[random.IntN(4)]
				}
				return strings.Repeat("shared/", random.IntN(3)) + string(text[:random.IntN(16)]) + strings.Repeat("k", random.IntN(most))
			}
			var pairs []pair
			for range n {
				pairs = append(pairs, pair{text(300), text(30)})
			}
			wantSorted(t, limit, pairs)
		}
	}
}

func FuzzAnEntryIsSortedAsItWasAdded(f *testing.F) {
	f.Add("input/a", "3", "input/b", "")
	f.Add("", "D41D8CD98F00B204E9800998ECF8427E", "\xff", "\x00")
	f.Fuzz(func(t *testing.T, key, value, otherKey, otherValue string) {
		for _, limit := range []int{1, 1 << 20} {
			wantSorted(t, limit, []pair{{key, value}, {otherKey, otherValue}})
		}
	})
}

// commonKey is a key of common length, and attributesBytes what is sorted of an object besides.
func commonKey(random *rand.Rand) string {
	day := random.IntN(365)
	return fmt.Sprintf("input/2026/%02d/%02d/%016x.json.gz", day/31+1, day%31+1, random.Uint64())
}

const attributesBytes = 3 + 1 + 16 // A size, and an ETag.

func TestAHundredMillionObjectsOfCommonKeysFitTwiceInAFunctionsTmp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	const n, tmp = 20_000, 10 << 30
	s, err := New(BufferBytes / 500)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for range n {
		if err := s.Add(commonKey(random), make([]byte, attributesBytes)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	if each := s.size / n; each > tmp/2/100_000_000 {
		t.Errorf("an object takes %d bytes", each)
	}
}

func TestSortingNeedsRoomAndLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	sortOutside(t, 1, []pair{{"b", ""}, {"a", ""}})
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left %v and %v", left, err)
	}
	t.Setenv("TMPDIR", folder+"/none")
	if _, err := New(1); err == nil {
		t.Error("want an error without a place for the file")
	}
	t.Setenv("TMPDIR", folder)
	s, err := New(1)
	if err != nil {
		t.Fatal(err)
	}
	s.Close() // As if the disk were gone.
	err = s.Add("a", nil)
	if err == nil {
		err = s.Add("b", nil)
	}
	if err == nil || !strings.Contains(err.Error(), "ephemeral storage") {
		t.Errorf("got %v, want it to say what has too little room", err)
	}
}

func BenchmarkSortAMillion(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	keys := make([]string, 1_000_000)
	for i := range keys {
		keys[i] = commonKey(random)
	}
	value := bytes.Repeat([]byte("x"), attributesBytes)
	for b.Loop() {
		s, err := New(BufferBytes / 8)
		if err != nil {
			b.Fatal(err)
		}
		for _, key := range keys {
			if err := s.Add(key, value); err != nil {
				b.Fatal(err)
			}
		}
		for _, err := range s.All() {
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(s.size)/float64(len(keys)), "bytes-kept/object")
		s.Close()
	}
}
