package inventory

import (
	"cmp"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/lambda/internal/sorting"
)

// randomObject makes keys that share much, or nothing, and every kind of ETag.
func randomObject(random *rand.Rand) contract.Object {
	var key, sum [16]byte
	for i := range key {
		key[i], sum[i] = "ab/\x01\xc3"[random.IntN(4)], byte(random.Uint32())
	}
	eTag := hex.EncodeToString(sum[:])
	switch random.IntN(8) {
	case 0:
		eTag = ""
	case 1:
		eTag += "-12"
	case 2:
		eTag = strings.ToUpper(eTag)
	case 3:
		eTag = strings.Repeat("z", 32)
	}
	return contract.Object{
		Key: strings.Repeat(
			"shared/",
			random.IntN(3),
		) + string(
			key[:1+random.IntN(16)],
		) + strings.Repeat(
			"k",
			random.IntN(300),
		),
		Size: random.Int64() >> random.IntN(63),
		ETag: eTag,
	}
}

func sortOutside(t *testing.T, limit int, objects []contract.Object) []contract.Object {
	t.Helper()
	s, err := newSorter(limit)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for _, object := range objects {
		if err := s.add(object); err != nil {
			t.Fatal(err)
		}
	}
	var got []contract.Object
	for object, err := range s.all() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, object)
	}
	return got
}

func compare(a, b contract.Object) int {
	if order := strings.Compare(a.Key, b.Key); order != 0 {
		return order
	}
	return cmp.Or(strings.Compare(a.ETag, b.ETag), cmp.Compare(a.Size, b.Size))
}

func TestWhatIsSortedOutsideOfMemoryIsAsIfItHadBeenSortedInside(t *testing.T) {
	for _, limit := range []int{1, 100, 10_000, sorting.BufferBytes} { // A run for each object, or one for all.
		for _, n := range []int{0, 1, 2, 2000} {
			random := rand.New(rand.NewPCG(uint64(limit), uint64(n)))
			var objects []contract.Object
			for range n {
				objects = append(objects, randomObject(random))
			}
			got, want := sortOutside(t, limit, objects), slices.Clone(objects)
			if !slices.IsSortedFunc(got, func(a, b contract.Object) int { return strings.Compare(a.Key, b.Key) }) {
				t.Errorf("%d objects with a buffer of %d bytes are not sorted", n, limit)
			}
			slices.SortFunc(got, compare) // Which of two with the same key comes first is left open.
			slices.SortFunc(want, compare)
			if !slices.Equal(got, want) {
				t.Errorf("%d objects with a buffer of %d bytes: got %d, want those that were added", n, limit, len(got))
			}
		}
	}
}

func FuzzAnObjectIsSortedAsItWasAdded(f *testing.F) {
	f.Add("input/a", int64(3), "d41d8cd98f00b204e9800998ecf8427e", "input/b", "")
	f.Add("", int64(-1), "D41D8CD98F00B204E9800998ECF8427E", "\xff", "\x00")
	f.Fuzz(func(t *testing.T, key string, size int64, eTag, otherKey, otherETag string) {
		objects := []contract.Object{{Key: key, Size: size, ETag: eTag}, {Key: otherKey, Size: 1, ETag: otherETag}}
		for _, limit := range []int{1, 1 << 20} {
			got := sortOutside(t, limit, objects)
			slices.SortFunc(got, compare)
			want := slices.Clone(objects)
			slices.SortFunc(want, compare)
			if !slices.Equal(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		}
	})
}
