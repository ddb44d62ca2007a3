package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects/objectstest"
	"batchjobwithlambda/test/account/s3"
)

const madeList = "runs/made.jsonl"

// made returns what the list says, by the keys.
func (w fixture) made(t *testing.T) map[string]contract.Made {
	t.Helper()
	list := map[string]contract.Made{}
	if _, there := w.files.Get(runBucket, madeList); !there {
		return list
	}
	for made, err := range contract.ReadMade(strings.NewReader(read(t, w.files, madeList))) {
		if err != nil {
			t.Fatal(err)
		}
		list[made.Key] = made
	}
	return list
}

// byGzip is the digest of the command of the tests.
var byGzip = digestOf("gzip", "-9")

func digestOf(command ...string) string {
	return contract.CommandDigest(contract.Command(command).String())
}

func lineOf(key, etag, output, command string) string {
	return string(contract.AppendMade(nil, contract.Made{Key: key, ETag: etag, Output: output, Command: command}))
}

// mixed is a shard with every outcome, of which a and b are made.
func (w fixture) mixed(t *testing.T) {
	t.Helper()
	shard := []contract.Object{
		{Key: "input/a", ETag: "1"},
		{Key: "input/b", ETag: "2"},
		{Key: "input/changed", ETag: "3"},
		{Key: "input/failed", ETag: "4"},
		{Key: "input/forced"},
	}
	w.plan(t, shard)
	w.leave(t, 0, []contract.Result{
		{Key: "input/a", Status: contract.Done, OutputETag: "A"},
		{Key: "input/b", Status: contract.Skipped, OutputETag: "B"},
		{Key: "input/changed", Status: contract.Done},
		{Key: "input/failed", Status: contract.Failed, Kind: contract.FailedExit, Reason: "bad"},
		{Key: "input/forced", Status: contract.Done, OutputETag: "F"},
	})
}

func (w fixture) mustCollect(t *testing.T) {
	t.Helper()
	if _, err := w.handle(t.Context(), w.request(t, planned)); err != nil {
		t.Fatal(err)
	}
}

func TestWhatARunHasMadeIsKeptWithWhatEarlierOnesMade(t *testing.T) {
	own := lineOf("input/a", "1", "A", byGzip) + lineOf("input/b", "2", "B", byGzip)
	first, last := lineOf("input/A", "8", "X", "other"), lineOf("input/z", "9", "Z", "other")
	for name, test := range map[string]struct{ earlier, want string }{
		"a list":             {first + lineOf("input/b", "0", "old", "other") + last, first + own + last},
		"an empty list":      {"", own},
		"a list that is cut": {first + last[:10], first + own},
		"no list":            {"garbage", own},
	} {
		w := newFixture(t)
		w.mixed(t)
		put(t, w.files, madeList, test.earlier)
		for range 2 { // A function that is called again does the same.
			w.mustCollect(t)
			if got := read(t, w.files, madeList); got != test.want {
				t.Errorf("%s: got %s, want %s", name, got, test.want)
			}
		}
	}
}

func TestWhatWasMadeOfARowOfAListIsKeptWithItsColumns(t *testing.T) {
	w := newFixture(t)
	w.job.Command = []string{"resize", contract.ColumnPlaceholder("width")}
	row := contract.Object{Key: "input/a", ETag: "1", Columns: contract.NewColumns(map[string]string{"width": "9"})}
	w.plan(t, []contract.Object{row})
	w.leave(t, 0, []contract.Result{{Key: row.Key, Status: contract.Done, OutputETag: "A"}})
	w.mustCollect(t)
	if want := lineOf("input/a", "1", "A", digestOf("resize", "9")); read(t, w.files, madeList) != want {
		t.Errorf("got %s, want %s", read(t, w.files, madeList), want)
	}
}

func TestWhatTheFirstRoundHasMadeIsKeptThoughThereIsASecond(t *testing.T) {
	w := newFixture(t)
	shard := []contract.Object{{Key: "input/a", ETag: "1", Size: 10}, {Key: "input/b", ETag: "2", Size: 10}}
	w.plan(t, shard)
	results := hungry(shard, 1)
	results[0].OutputETag = "A"
	w.leave(t, 0, results)
	asked := w.withLarge(t, planned)
	summary, err := w.handle(t.Context(), asked)
	if err != nil || summary.Large == nil {
		t.Fatalf("got %+v and %v, want a second round", summary, err)
	}
	if asked.State, err = json.Marshal(summary.Large); err != nil {
		t.Fatal(err)
	}
	put(t, w.files, "runs/demo/results/large/0.jsonl", resultFile(t, outcomesOf(shard[1:], contract.Done)))
	if _, err := w.handle(t.Context(), asked); err != nil {
		t.Fatal(err)
	}
	if got, want := w.made(t)["input/a"], (contract.Made{Key: "input/a", ETag: "1", Output: "A", Command: byGzip}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestARunThatMadeNothingLeavesTheListAsItIs(t *testing.T) {
	w := newFixture(t)
	w.plan(t)
	put(t, w.files, madeList, "as it was")
	w.mustCollect(t)
	if got := read(t, w.files, madeList); got != "as it was" {
		t.Errorf("got %q", got)
	}
	w.plan(t, shardOf(0, 3))
	w.leave(t, 0, outcomesOf(shardOf(0, 3), contract.Failed))
	w.mustCollect(t)
	if got := read(t, w.files, madeList); got != "as it was" {
		t.Errorf("got %q", got)
	}
}

func TestARunIsReportedAlthoughItsListCannotBeKept(t *testing.T) {
	for _, refused := range []s3.Middleware{
		objectstest.Refuse(http.MethodPut, "/made.jsonl", http.StatusForbidden),
		objectstest.Refuse(http.MethodGet, "/made.jsonl", http.StatusForbidden),
	} {
		w := newFixture(t, refused)
		w.mixed(t)
		put(t, w.files, madeList, "as it was")
		w.mustCollect(t)
		if got, _ := w.files.Read(runBucket, madeList); string(got) != "as it was" {
			t.Errorf("got %s, want the list as it was", got)
		}
	}
}

// Shards of all sizes, some of them without a result, and any earlier list.
func TestTheListHasWhatAMapOfAllRunsWouldHave(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	w := newFixture(t)
	want := map[string]contract.Made{}
	for round := range 4 {
		number := 0
		var shards [][]contract.Object
		var results [][]contract.Result
		for i := range 5 {
			size := random.IntN(50)
			if i == round {
				size = madeAhead + 1
			}
			lost := random.IntN(5) == 0
			var shard []contract.Object
			var result []contract.Result
			for range size + 1 {
				number += 1 + random.IntN(3)
				object := contract.Object{Key: fmt.Sprintf("input/%08d", number), ETag: fmt.Sprint(random.IntN(3))}
				made := contract.Made{
					Key: object.Key, ETag: object.ETag, Output: fmt.Sprint(round, number), Command: byGzip,
				}
				shard = append(shard, object)
				result = append(result, contract.Result{Key: object.Key, Status: contract.Done, OutputETag: made.Output})
				if !lost {
					want[object.Key] = made
				}
			}
			if lost {
				result = nil
			}
			shards, results = append(shards, shard), append(results, result)
		}
		w.plan(t, shards...)
		for i, result := range results {
			w.files.Delete(runBucket, fmt.Sprintf("runs/demo/results/%d.jsonl", i))
			if result != nil {
				w.leave(t, i, result)
			}
		}
		w.mustCollect(t)
		if got := w.made(t); !maps.Equal(got, want) {
			t.Errorf("round %d: got %d, want %d", round, len(got), len(want))
		}
	}
	if len(want) <= madeAhead {
		t.Errorf("got only %d objects", len(want))
	}
}
