package inventory

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"io"

	"batchjobwithlambda/batch/contract"
)

// In a run an object is its key, of which only what differs from the key before it, and
// its attributes: 45 bytes for most, of which the ETag takes 17. So 100 million objects
// fit twice into what a function may keep.

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
	same, err := binary.ReadUvarint(r) // io.EOF only here, between two objects.
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

// md5Bytes is the length of an ETag that is an MD5, as most are.
const md5Bytes = 16

// appendAttributes appends what an object has besides its key. An ETag has its length
// and one before it, or 0 if it is an MD5, which takes half of its digits then.
func appendAttributes(line []byte, object contract.Object) []byte {
	line = binary.AppendUvarint(line, uint64(object.Size))
	var sum [md5Bytes]byte
	if len(object.ETag) == 2*md5Bytes {
		if _, err := hex.Decode(sum[:], []byte(object.ETag)); err == nil && hex.EncodeToString(sum[:]) == object.ETag {
			return append(append(line, 0), sum[:]...)
		}
	}
	line = binary.AppendUvarint(line, uint64(len(object.ETag)+1))
	return append(line, object.ETag...)
}

// readAttributes reads what [appendAttributes] wrote.
func readAttributes(r *bufio.Reader) (size int64, eTag string, err error) {
	number, err := binary.ReadUvarint(r)
	if err != nil {
		return 0, "", noEOF(err)
	}
	length, err := binary.ReadUvarint(r)
	if err != nil {
		return 0, "", noEOF(err)
	}
	if length == 0 {
		var sum [md5Bytes]byte
		_, err = io.ReadFull(r, sum[:])
		return int64(number), hex.EncodeToString(sum[:]), noEOF(err)
	}
	text := make([]byte, length-1)
	_, err = io.ReadFull(r, text)
	return int64(number), string(text), noEOF(err)
}

// noEOF is what the end of the file is in the midst of an object.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
