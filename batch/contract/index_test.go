package contract_test

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"batchjobwithlambda/batch/contract"
)

func writeIndex(entries []contract.IndexEntry) []byte {
	var index []byte
	for _, entry := range entries {
		index = contract.AppendIndexEntry(index, entry)
	}
	return index
}

func TestAnIndexSurvivesItsFileAndAShardIsFoundByItsNumber(t *testing.T) {
	entries := []contract.IndexEntry{
		{Offset: 0, Length: 120, Objects: 2, Bytes: 0},
		{Offset: 120, Length: 1, Objects: 1, Bytes: math.MaxInt64},
		{Offset: 121, Length: math.MaxInt64 - 121, Objects: 10_000_000, Bytes: 1 << 60},
	}
	index := writeIndex(entries)
	got, err := contract.ReadIndex(bytes.NewReader(index))
	if err != nil || !slices.Equal(got, entries) {
		t.Errorf("got %+v and %v, want %+v", got, err, entries)
	}
	for i, want := range entries {
		got, err := contract.ParseIndexEntry(index[i*contract.IndexEntryBytes:][:contract.IndexEntryBytes])
		if err != nil || got != want {
			t.Errorf("shard %d: got %+v and %v, want %+v", i, got, err, want)
		}
	}
}

func TestAnIndexWithoutShardsIsEmpty(t *testing.T) {
	if entries, err := contract.ReadIndex(strings.NewReader("")); err != nil || len(entries) != 0 {
		t.Errorf("got %v and %v, want nothing", entries, err)
	}
}

func TestABrokenIndexIsRefused(t *testing.T) {
	good := contract.IndexEntry{Offset: 0, Length: 10, Objects: 1}
	written := func(change func(*contract.IndexEntry)) string {
		entry := good
		change(&entry)
		return string(writeIndex([]contract.IndexEntry{entry}))
	}
	text := string(writeIndex([]contract.IndexEntry{good}))
	for _, test := range []struct{ name, index string }{
		{"cut short", text[:len(text)-1]},
		{"a byte too many", text + "\n"},
		{"spaces for zeros", strings.ReplaceAll(text, "000", "   ")},
		{"a sign", "+" + text[1:]},
		{"other digits", strings.Replace(text, "00", "٠", 1)},
		{"another separator", strings.ReplaceAll(text, " ", "\t")},
		{"no newline", text[:len(text)-1] + " "},
		{"an offset below zero", written(func(e *contract.IndexEntry) { e.Offset = -1 })},
		{"no length", written(func(e *contract.IndexEntry) { e.Length = 0 })},
		{"an end beyond all numbers", string(writeIndex([]contract.IndexEntry{
			{Offset: 0, Length: math.MaxInt64, Objects: 1}, {Offset: math.MaxInt64, Length: 1, Objects: 1},
		}))},
		{"no objects", written(func(e *contract.IndexEntry) { e.Objects = 0 })},
		{"more objects than bytes", written(func(e *contract.IndexEntry) { e.Objects = 11 })},
		{"bytes below zero", written(func(e *contract.IndexEntry) { e.Bytes = -1 })},
		{"a gap", text + written(func(e *contract.IndexEntry) { e.Offset = 11 })},
		{"an overlap", text + text},
		{"more shards than an array has children", string(writeIndex(slices.Collect(func(yield func(contract.IndexEntry) bool) {
			for i := range contract.MaxArraySize + 1 {
				if !yield(contract.IndexEntry{Offset: int64(i), Length: 1, Objects: 1}) {
					return
				}
			}
		})))},
	} {
		t.Run(test.name, func(t *testing.T) {
			if entries, err := contract.ReadIndex(strings.NewReader(test.index)); err == nil {
				t.Errorf("accepted %+v", entries)
			}
		})
	}
}

func TestTroubleWithReadingAnIndexIsHandedOn(t *testing.T) {
	trouble := errors.New("connection reset")
	if _, err := contract.ReadIndex(iotest.ErrReader(trouble)); !errors.Is(err, trouble) {
		t.Errorf("got %v, want %v", err, trouble)
	}
}

func FuzzAnIndexThatIsReadIsWrittenTheSame(f *testing.F) {
	good := writeIndex(
		[]contract.IndexEntry{{Offset: 0, Length: 10, Objects: 1}, {Offset: 10, Length: 20, Objects: 2, Bytes: 30}},
	)
	f.Add([]byte(nil))
	f.Add(good)
	f.Add(good[contract.IndexEntryBytes:])
	f.Add(good[1:])
	f.Add(bytes.Repeat([]byte("9"), contract.IndexEntryBytes))
	f.Add(bytes.ReplaceAll(good, []byte("0"), []byte(" ")))
	f.Fuzz(func(t *testing.T, index []byte) {
		if entry, err := contract.ParseIndexEntry(
			index,
		); err == nil &&
			!bytes.Equal(writeIndex([]contract.IndexEntry{entry}), index) {
			t.Errorf("entry %q is written as %q", index, writeIndex([]contract.IndexEntry{entry}))
		}
		if entries, err := contract.ReadIndex(
			bytes.NewReader(index),
		); err == nil &&
			!bytes.Equal(writeIndex(entries), index) {
			t.Errorf("index %q is written as %q", index, writeIndex(entries))
		}
	})
}
