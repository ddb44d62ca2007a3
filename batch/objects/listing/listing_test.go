package listing

import (
	"context"
	"errors"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"batchjobwithlambda/batch/contract"
)

// atOnce is how many lists the functions make at once.
const atOnce = 32

// answering is how long a list takes. The tests' time is synctest's, which passes at
// once, so what they measure in it is exact.
const answering = 60 * time.Millisecond

// bucket stands in for S3. It answers with less than it might, as S3 may.
type bucket struct {
	pageKeys int
	// during is called with each list, while it is under way.
	during func(most int) error

	mu   sync.Mutex
	keys []string
	// calls counts the lists, and probes those of one key.
	calls, probes int
}

func everything(contract.Listed) bool { return true }

func (b *bucket) list(ctx context.Context, after string, most int) ([]contract.Listed, bool, error) {
	time.Sleep(answering)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	if b.during != nil {
		if err := b.during(most); err != nil {
			return nil, false, err
		}
	}
	if most == 1 {
		b.probes++
	}
	from := sort.Search(len(b.keys), func(i int) bool { return b.keys[i] > after })
	to := min(from+min(most, b.pageKeys), len(b.keys))
	var page []contract.Listed
	for _, key := range b.keys[from:to] {
		object := contract.Object{Key: key, Size: int64(len(key)), ETag: "d41d8cd98f00b204e9800998ecf8427e"}
		page = append(page, contract.Listed{Object: object})
	}
	return page, to < len(b.keys), ctx.Err()
}

func keysOf(t *testing.T, objects iter.Seq2[contract.Object, error]) []string {
	t.Helper()
	var keys []string
	for object, err := range objects {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, object.Key)
	}
	return keys
}

func TestEveryKeyIsListedOnceInOrderFastAndWithFewCallsWhateverTheShape(t *testing.T) {
	const pageKeys = 20
	all := shapes(20_000)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := &bucket{pageKeys: pageKeys, keys: all[name]}
				start := time.Now()
				if got := keysOf(t, All(t.Context(), prefix, atOnce, b.list, everything)); !slices.Equal(got, b.keys) {
					t.Errorf("got %d keys, want %d, in their order", len(got), len(b.keys))
				}
				pages := (len(b.keys) + pageKeys - 1) / pageKeys
				rounds := int(time.Since(start) / answering)
				t.Logf(
					"proof: listing: %s: %d pages: %d calls, of which %d for cuts; %d rounds, with one list at a time %d",
					name,
					pages,
					b.calls,
					b.probes,
					rounds,
					pages,
				)
				if most := pages + pages/2 + 10*atOnce; b.calls > most {
					t.Errorf("%d calls for %d pages, want at most %d", b.calls, pages, most)
				}
				if most := pages/atOnce*3/2 + 100; rounds > most {
					t.Errorf("took the time of %d lists one after the other, want at most %d", rounds, most)
				}
			})
		})
	}
}

// There are keys of which no cut has half on either side. They must not make it worse
// than one list at a time by more than one search for each page.
func TestAShapeThatCannotBeCutWellIsListedOnceAndNotMuchSlowerThanWithOneListAtATime(t *testing.T) {
	const pageKeys = 20
	for name, keys := range hostile(20_000) {
		synctest.Test(t, func(t *testing.T) {
			b := &bucket{pageKeys: pageKeys, keys: keys}
			start := time.Now()
			if got := keysOf(t, All(t.Context(), prefix, atOnce, b.list, everything)); !slices.Equal(got, b.keys) {
				t.Errorf("%s: got %d keys, want %d, in their order", name, len(got), len(b.keys))
			}
			pages := (len(b.keys) + pageKeys - 1) / pageKeys
			rounds := int(time.Since(start) / answering)
			if rounds > pages*5/4 || b.calls > 3*pages+10*atOnce {
				t.Errorf("%s: %d calls and the time of %d lists one after the other for %d pages", name, b.calls, rounds, pages)
			}
		})
	}
}

func TestASmallPrefixTakesOneCall(t *testing.T) {
	for _, n := range []int{0, 1, pageKeys} {
		keys := shapes(pageKeys)["numbers in a row"][:n]
		b := &bucket{pageKeys: pageKeys, keys: keys}
		if got := keysOf(t, All(t.Context(), prefix, atOnce, b.list, everything)); !slices.Equal(got, keys) || b.calls != 1 {
			t.Errorf("%d keys: got %d with %d calls", n, len(got), b.calls)
		}
	}
}

func TestAnObjectThatIsThereAllTheWhileIsListedOnceWhateverElseComesAndGoes(t *testing.T) {
	for name, keys := range shapes(400) {
		for seed := range uint64(3) {
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, 0))
				var stay, others []string
				for _, key := range keys {
					if random.IntN(2) == 0 {
						stay = append(stay, key)
					} else {
						others = append(others, key)
					}
				}
				b := &bucket{pageKeys: 1 + random.IntN(8)}
				b.during = func(most int) error {
					b.keys = slices.Clone(stay)
					share := random.Float64()
					for _, key := range others {
						if random.Float64() < share {
							b.keys = append(b.keys, key)
						}
					}
					slices.Sort(b.keys)
					return nil
				}
				got := keysOf(t, All(t.Context(), prefix, atOnce, b.list, everything))
				for i := 1; i < len(got); i++ {
					if got[i] <= got[i-1] {
						t.Fatalf("%s, seed %d: key %q came after %q", name, seed, got[i], got[i-1])
					}
				}
				got = slices.DeleteFunc(got, func(key string) bool { _, found := slices.BinarySearch(stay, key); return !found })
				if !slices.Equal(got, stay) {
					t.Errorf("%s, seed %d: got %d of the %d keys that stayed", name, seed, len(got), len(stay))
				}
			})
		}
	}
}

func TestAListingEndsWithTheErrorOfAnyOfItsLists(t *testing.T) {
	slowDown := errors.New("slow down")
	for _, broken := range []int{1, 2, 30, 150} {
		synctest.Test(t, func(t *testing.T) {
			b := &bucket{pageKeys: 10, keys: shapes(2000)["hashes"]}
			b.during = func(most int) error {
				if b.calls >= broken && most > 1 {
					return slowDown
				}
				return nil
			}
			var last error
			for _, err := range All(t.Context(), prefix, atOnce, b.list, everything) {
				if last != nil {
					t.Error("it went on after an error")
				}
				last = err
			}
			if !errors.Is(last, slowDown) {
				t.Errorf("call %d failed: got %v, want %v", broken, last, slowDown)
			}
		})
	}
}

func TestAListingHasEveryKeyIfNoSearchForACutSucceeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bucket{pageKeys: 10, keys: shapes(1000)["hashes"]}
		b.during = func(most int) error {
			if most == 1 {
				return errors.New("bad request")
			}
			return nil
		}
		if got := keysOf(t, All(t.Context(), prefix, atOnce, b.list, everything)); !slices.Equal(got, b.keys) {
			t.Errorf("got %d keys, want %d", len(got), len(b.keys))
		}
	})
}

func TestAListingStopsAndLeavesNoFileWhenTheReaderHasEnough(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, enough := range []int{1, 5, 100, 1500} {
		synctest.Test(t, func(t *testing.T) { // Which fails if a goroutine is left.
			b := &bucket{pageKeys: 10, keys: shapes(2000)["numbers in a row"]}
			n := 0
			for range All(t.Context(), prefix, atOnce, b.list, everything) {
				if n++; n == enough {
					break
				}
			}
			if enough < 100 && b.calls > 100 {
				t.Errorf("%d calls for %d objects", b.calls, enough)
			}
		})
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left %v and %v", left, err)
	}
}

func TestWhatAnObjectHasIsKeptUntilItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bucket{pageKeys: 10, keys: shapes(1000)["hashes"]}
		for object, err := range All(t.Context(), prefix, atOnce, b.list, everything) {
			if want := (contract.Object{Key: object.Key, Size: int64(len(object.Key)), ETag: "d41d8cd98f00b204e9800998ecf8427e"}); err != nil ||
				object != want {
				t.Fatalf("got %+v and %v, want %+v", object, err, want)
			}
		}
	})
}

func TestAListingAsksOnceForEachObjectWhetherItIsWantedWhicheverPageItIsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bucket{pageKeys: 10, keys: shapes(2000)["hashes"]}
		var asked atomic.Int64
		// None of the first pages, and about every other one of the rest.
		wanted := func(object contract.Listed) bool {
			asked.Add(1)
			number, _ := slices.BinarySearch(b.keys, object.Key)
			return number >= 35 && number%2 == 0
		}
		var want []string
		for i, key := range b.keys {
			if i >= 35 && i%2 == 0 {
				want = append(want, key)
			}
		}
		if got := keysOf(t, All(t.Context(), prefix, atOnce, b.list, wanted)); !slices.Equal(got, want) {
			t.Errorf("got %d keys, want the %d that are wanted", len(got), len(want))
		}
		if int(asked.Load()) != len(b.keys) {
			t.Errorf("asked %d times for %d objects", asked.Load(), len(b.keys))
		}
	})
}
