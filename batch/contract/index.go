package contract

import (
	"fmt"
	"io"
)

const indexFormat = "%020d %020d %020d %020d\n"

// IndexEntryBytes is the width of an entry of the index, newline included: the
// entry of shard N begins at byte N × IndexEntryBytes, so a child of an array finds
// its shard with one ranged read of the index and one of the manifest.
const IndexEntryBytes = 4*20 + 4

// IndexEntry says where a shard is in the manifest, and how much work it is.
type IndexEntry struct {
	// Offset is where the shard's first line begins in the manifest, in bytes.
	Offset int64
	// Length is how many bytes of the manifest the shard has.
	Length int64
	// Objects is how many objects, and so lines, the shard has.
	Objects int64
	// Bytes is the sum of their sizes.
	Bytes int64
}

// AppendIndexEntry appends the next shard's entry to an index.
func AppendIndexEntry(index []byte, entry IndexEntry) []byte {
	return fmt.Appendf(index, indexFormat, entry.Offset, entry.Length, entry.Objects, entry.Bytes)
}

// ParseIndexEntry reads one entry of exactly [IndexEntryBytes] bytes. It returns an
// error when the text is no entry, or an entry that no planner writes: a number
// below zero, a shard without objects, more objects than bytes, or an end beyond all files.
func ParseIndexEntry(text []byte) (IndexEntry, error) {
	var entry IndexEntry
	_, err := fmt.Sscanf(string(text), indexFormat, &entry.Offset, &entry.Length, &entry.Objects, &entry.Bytes)
	// Writing it again and comparing refuses whatever Sscanf is lenient about.
	if err != nil || string(AppendIndexEntry(nil, entry)) != string(text) ||
		entry.Offset < 0 || entry.Length <= 0 || entry.Offset+entry.Length < 0 ||
		entry.Objects <= 0 || entry.Objects > entry.Length || entry.Bytes < 0 {
		return IndexEntry{}, fmt.Errorf("%q is no entry of an index", text)
	}
	return entry, nil
}

// ReadIndex reads a whole index: one entry a shard, 10,000 at most. It returns an
// error when an entry is broken, or does not begin where the one before it ended.
func ReadIndex(r io.Reader) ([]IndexEntry, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxArraySize*IndexEntryBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the index: %w", err)
	}
	if len(text)%IndexEntryBytes != 0 || len(text) > MaxArraySize*IndexEntryBytes {
		return nil, fmt.Errorf(
			"index: got %d bytes or more, want up to %d entries of %d bytes",
			len(text),
			MaxArraySize,
			IndexEntryBytes,
		)
	}
	var entries []IndexEntry
	end := int64(0)
	for ; len(text) > 0; text = text[IndexEntryBytes:] {
		entry, err := ParseIndexEntry(text[:IndexEntryBytes])
		if err != nil {
			return nil, fmt.Errorf("index entry %d: %w", len(entries), err)
		}
		if entry.Offset != end {
			return nil, fmt.Errorf("index entry %d begins at %d: the one before it ended at %d", len(entries), entry.Offset, end)
		}
		end += entry.Length
		entries = append(entries, entry)
	}
	return entries, nil
}
