package main

import (
	"fmt"
	"iter"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
)

func sizes(n int, size func(i int) int64) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for i := range n {
			if !yield(size(i)) {
				return
			}
		}
	}
}

func logNormal(seed uint64) func(int) int64 {
	random := rand.New(rand.NewPCG(seed, seed))
	return func(int) int64 { return int64(math.Exp(random.NormFloat64()*3 + 12)) }
}

func TestACutKeepsEveryObjectOnceInOrderAndNoShardIsTooHeavy(t *testing.T) {
	for _, test := range []struct {
		name  string
		limit int
		each  time.Duration
		sizes iter.Seq[int64]
	}{
		{"a single object", 10_000, time.Hour, sizes(1, func(int) int64 { return 7 })},
		{"a single empty object", 10_000, 1, sizes(1, func(int) int64 { return 0 })},
		{"as many as there may be shards", 100, 1, sizes(100, func(int) int64 { return 9 })},
		{"one more", 100, 1, sizes(101, func(int) int64 { return 9 })},
		{"equal", 10_000, 16 * time.Second, sizes(5_000, func(int) int64 { return 10 << 20 })},
		{"all empty", 10_000, 16 * time.Second, sizes(100_000, func(int) int64 { return 0 })},
		{"one shard for all", 1, 1, sizes(1_000, logNormal(1))},
		{"log-normal", 10_000, 4 * time.Second, sizes(50_000, logNormal(2))},
		{"a giant in the middle", 1_000, time.Second, sizes(5_000, func(i int) int64 { return map[int]int64{2_500: 5 << 40}[i] })},
		{"a giant at the beginning", 1_000, time.Second, sizes(5_000, func(i int) int64 { return map[int]int64{0: 5 << 40}[i] })},
		{"a giant at the end", 1_000, time.Second, sizes(5_000, func(i int) int64 { return map[int]int64{4_999: 5 << 40}[i] })},
		{"as much as can be counted", 10_000, 1, sizes(20_000, func(int) int64 { return math.MaxInt64/20_000 - objectOverhead })},
		{"two millions", 10_000, time.Minute, sizes(2_000_000, logNormal(3))},
	} {
		t.Run(test.name, func(t *testing.T) { checkCut(t, test.limit, test.each, test.sizes) })
	}
}

func FuzzACutKeepsEveryObjectOnceInOrderAndNoShardIsTooHeavy(f *testing.F) {
	f.Add(uint64(1), 10, 3, int64(time.Second))
	f.Add(uint64(2), 1, 10_000, int64(1))
	f.Add(uint64(3), 10_000, 7, int64(math.MaxInt64))
	f.Fuzz(func(t *testing.T, seed uint64, n, limit int, each int64) {
		if n < 1 || n > 20_000 || limit < 1 || limit > contract.MaxArraySize || each < 1 {
			t.Skip()
		}
		checkCut(t, limit, time.Duration(each), sizes(n, logNormal(seed)))
	})
}

func openLedger(t testing.TB) *ledger {
	t.Helper()
	work, err := newLedger(contract.Guess())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(work.close)
	return work
}

func (l *ledger) mustCut(t testing.TB, limit int, each time.Duration) []contract.IndexEntry {
	t.Helper()
	shards, err := l.cut(limit, each, 0)
	if err != nil {
		t.Fatal(err)
	}
	return shards
}

func checkCut(t *testing.T, limit int, each time.Duration, sizes iter.Seq[int64]) {
	t.Helper()
	work := openLedger(t)
	all := slices.Collect(sizes)
	line := func(i int) int64 { return int64(40 + i%200) }
	for i, size := range all {
		if err := work.add(int(line(i)), size); err != nil {
			t.Fatal(err)
		}
	}
	shards := work.mustCut(t, limit, each)
	shares := min(int64(limit), int64(len(all)), work.shares(each, 0))
	if int64(len(shards)) > shares {
		t.Errorf("got %d shards, want %d at most", len(shards), shares)
	}
	next, offset := 0, int64(0)
	for number, shard := range shards {
		want := contract.IndexEntry{Offset: offset, Objects: shard.Objects}
		objects, weight := all[next:], int64(0)
		if shard.Objects < 1 || shard.Objects > int64(len(objects)) {
			t.Fatalf("shard %d has %d of the %d objects left", number, shard.Objects, len(objects))
		}
		for i, size := range objects[:shard.Objects] {
			want.Length += line(next + i)
			want.Bytes += size
			weight += work.weigh(size)
		}
		if shard != want {
			t.Fatalf("shard %d is %+v, want %+v", number, shard, want)
		}
		// All but its last object weigh less than the ideal share, weight ÷ shares.
		last := objects[shard.Objects-1]
		rest := big.NewInt(weight - work.weigh(last))
		if rest.Mul(rest, big.NewInt(shares)).Cmp(big.NewInt(work.weight)) >= 0 {
			t.Errorf("shard %d of %d weighs more than the ideal share and one object", number, len(shards))
		}
		next += int(shard.Objects)
		offset += shard.Length
	}
	if next != len(all) {
		t.Errorf("the shards have %d objects, want %d", next, len(all))
	}
}

func TestTheHeaviestShardIsNearTheIdealForTheSizesThatBucketsHave(t *testing.T) {
	const n = 1_000_000
	for _, test := range []struct {
		name string
		size func(i int) int64
	}{
		{"equal sizes", func(int) int64 { return 10 << 20 }},
		{"log-normal sizes", logNormal(4)},
		{"one giant", func(i int) int64 { return map[int]int64{n / 2: 5 << 40}[i] }},
	} {
		work := openLedger(t)
		largest := int64(0)
		for size := range sizes(n, test.size) {
			if err := work.add(100, size); err != nil {
				t.Fatal(err)
			}
			largest = max(largest, work.weigh(size))
		}
		heaviest := int64(0)
		shards := work.mustCut(t, contract.MaxArraySize, 1)
		for _, shard := range shards {
			heaviest = max(heaviest, work.weigh(shard.Bytes)+(shard.Objects-1)*work.weigh(0))
		}
		ideal := float64(work.weight) / contract.MaxArraySize
		t.Logf(
			"proof: shards: %s: the heaviest of %d has %.3f of the ideal share, the largest object %.3f",
			test.name,
			len(shards),
			float64(heaviest)/ideal,
			float64(largest)/ideal,
		)
		// No cut can do better than the ideal, or than the largest object.
		if ratio := float64(heaviest) / max(ideal, float64(largest)); ratio > 1.01 {
			t.Errorf("%s: the heaviest shard has %.3f of what cannot be less, want at most 1.01", test.name, ratio)
		}
	}
}

func TestShardsTakeAboutTheTimeThatTheyShould(t *testing.T) {
	for name, test := range map[string]struct {
		estimate contract.Estimate
		objects  int
		size     int64
		want     int
	}{
		"a million tiny files, guessed":         {contract.Guess(), 1_000_000, 0, 417},
		"a million tiny files, measured":        {contract.Estimate{ObjectSeconds: 0.0025, GiBSeconds: 80}, 1_000_000, 0, 5},
		"a thousand large ones, guessed":        {contract.Guess(), 1_000, 1 << 30, 428},
		"a thousand large ones, measured":       {contract.Estimate{ObjectSeconds: 0.0025, GiBSeconds: 6}, 1_000, 1 << 30, 11},
		"a thousand that take a minute":         {contract.Estimate{ObjectSeconds: 60, GiBSeconds: 1}, 1_000, 10, 100},
		"more than there may be shards":         {contract.Estimate{ObjectSeconds: 600, GiBSeconds: 1}, 10_001, 10, 10_000},
		"objects that take longer than a shard": {contract.Estimate{ObjectSeconds: 3600, GiBSeconds: 1}, 7, 10, 7},
	} {
		work, err := newLedger(test.estimate)
		if err != nil {
			t.Fatal(err)
		}
		defer work.close()
		for range test.objects {
			if err := work.add(100, test.size); err != nil {
				t.Fatal(err)
			}
		}
		if shards := work.mustCut(t, contract.MaxArraySize, 10*time.Minute); len(shards) != test.want {
			t.Errorf("%s: got %d shards, want %d", name, len(shards), test.want)
		}
	}
}

func TestABoundOfBytesMakesMoreShardsButNeverFewer(t *testing.T) {
	work := openLedger(t)
	for range 10 {
		if err := work.add(100, 2*objectOverhead); err != nil {
			t.Fatal(err)
		}
	}
	for shardBytes, want := range map[int64]int{
		0: 2, 1 << 40: 2, 6 * objectOverhead: 5, 6*objectOverhead - 1: 6, 1: 10,
	} {
		shards, err := work.cut(10_000, 4*time.Second, shardBytes)
		if err != nil || len(shards) != want {
			t.Errorf("got %d shards of %d bytes and %v, want %d", len(shards), shardBytes, err, want)
		}
	}
}

func TestObjectsThatFillTheirShardsExactlyNeedNoShardMore(t *testing.T) {
	work := openLedger(t)
	for range 10 {
		if err := work.add(100, 3<<20); err != nil { // A second, as it is guessed.
			t.Fatal(err)
		}
	}
	for each, want := range map[time.Duration]int{2 * time.Second: 5, 2*time.Second - time.Microsecond: 6} {
		if shards := work.mustCut(t, 10_000, each); len(shards) != want {
			t.Errorf("got %d shards of %s, want %d", len(shards), each, want)
		}
	}
}

func TestNothingIsCutIntoNoShards(t *testing.T) {
	work := openLedger(t)
	if shards := work.mustCut(t, 10_000, time.Hour); len(shards) != 0 {
		t.Errorf("got %v, want no shards", shards)
	}
}

func TestMoreThanCanBeCountedIsRefused(t *testing.T) {
	work := openLedger(t)
	err := work.add(100, math.MaxInt64/2)
	if err == nil {
		err = work.add(100, math.MaxInt64/2+2)
	}
	if err == nil {
		t.Error("accepted a sum of sizes that is too large")
	}
	work = openLedger(t)
	work.weight = math.MaxInt64 - maxWeight + 1
	if err := work.add(100, 1); err == nil {
		t.Error("accepted a sum of times that is too large")
	}
}

func BenchmarkCutTenMillion(b *testing.B) {
	for b.Loop() {
		work := openLedger(b)
		for size := range sizes(10_000_000, func(i int) int64 { return int64(i) * 12_345 % (1 << 30) }) {
			if err := work.add(120, size); err != nil {
				b.Fatal(err)
			}
		}
		if len(work.mustCut(b, 10_000, time.Second)) != 10_000 {
			b.Fatal(fmt.Errorf("want 10,000 shards"))
		}
	}
}
