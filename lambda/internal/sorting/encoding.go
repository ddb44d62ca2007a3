package sorting

import (
	"bufio"
	"encoding/binary"
	"io"
)

// In a run an entry is its key, of which only what differs from the key before it, and the length of
// its value, and that.

// appendKey appends how many bytes the key has in common with the one before it, how
// many others, and those.
func appendKey(line, previous, key []byte) []byte {
	same := 0
	for same < min(len(previous), len(key)) && previous[same] == key[same] {
		same++
	}
	line = binary.AppendUvarint(line, uint64(same))
	line = binary.AppendUvarint(line, uint64(len(key)-same))
	return append(line, key[same:]...)
}

// readKey reads the key after the previous one, of which it reuses the memory.
func readKey(r *bufio.Reader, previous []byte) ([]byte, error) {
	same, err := binary.ReadUvarint(r) // io.EOF only here, between two entries.
	if err != nil {
		return nil, err
	}
	others, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, noEOF(err)
	}
	key := append(previous[:same], make([]byte, others)...)
	_, err = io.ReadFull(r, key[same:])
	return key, noEOF(err)
}

// readValue reads the value behind a key, and reuses the memory of the previous one.
func readValue(r *bufio.Reader, previous []byte) ([]byte, error) {
	length, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, noEOF(err)
	}
	value := append(previous[:0], make([]byte, length)...)
	_, err = io.ReadFull(r, value)
	return value, noEOF(err)
}

// noEOF is what the end of the file is in the midst of an entry.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
